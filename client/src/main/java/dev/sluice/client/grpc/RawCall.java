package dev.sluice.client.grpc;

import dev.sluice.client.Refusal;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Messages of any bytes to any method. */
public final class RawCall {

    private static final int PATIENCE_SECONDS = 60;

    private RawCall() {}

    /** How the call ends. One that goes on is cancelled after a minute. */
    public static Refusal send(URI server, String token, String service, String method, byte[] message) {
        return send(server, token, service, method, message, answer -> {});
    }

    /** As that, and hands on what is answered before. */
    public static Refusal send(
            URI server, String token, String service, String method, byte[] message, Consumer<byte[]> answers) {
        var descriptor = descriptor(MethodType.SERVER_STREAMING, service, method);
        var channel = Channels.open(server);
        try {
            ClientCalls.blockingServerStreamingCall(Channels.withToken(channel, token), descriptor, options(), message)
                    .forEachRemaining(answers);
            return new Refusal("OK", "", "", "");
        } catch (StatusRuntimeException end) {
            return GrpcRefusals.of(end);
        } finally {
            channel.shutdownNow();
        }
    }

    /**
     * Sends all messages in one call, and waits until the client has what it wants, or the call has ended.
     *
     * @param finished whether the client says that it has no more
     * @param enough whether this answer is what the client wants
     * @return OK when it is
     */
    public static Refusal talk(
            Channel channel,
            String service,
            String method,
            List<byte[]> messages,
            boolean finished,
            Predicate<byte[]> enough) {
        var call = channel.newCall(descriptor(MethodType.BIDI_STREAMING, service, method), options());
        var end = new CompletableFuture<Refusal>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] answer) {
                        if (enough.test(answer)) {
                            end.complete(new Refusal("OK", "", "", ""));
                        }
                        call.request(1);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(GrpcRefusals.of(status, trailers));
                    }
                },
                new Metadata());
        call.request(1);
        messages.forEach(call::sendMessage);
        if (finished) {
            call.halfClose();
        }
        try {
            return end.join();
        } finally {
            call.cancel("the client has what it wants", null);
        }
    }

    private static MethodDescriptor<byte[], byte[]> descriptor(MethodType type, String service, String method) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
                .build();
    }

    private static CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static final class Bytes implements Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
