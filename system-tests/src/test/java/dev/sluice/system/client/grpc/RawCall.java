package dev.sluice.system.client.grpc;

import dev.sluice.system.client.Refusal;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One message of any bytes to any method. */
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
        var descriptor = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodType.SERVER_STREAMING)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
                .build();
        var channel = Channels.open(server);
        try {
            ClientCalls.blockingServerStreamingCall(
                            Channels.withToken(channel, token),
                            descriptor,
                            CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
                            message)
                    .forEachRemaining(answers);
            return new Refusal("OK", "", "", "");
        } catch (StatusRuntimeException end) {
            return GrpcRefusals.of(end);
        } finally {
            channel.shutdownNow();
        }
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
