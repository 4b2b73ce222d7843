package dev.sluice.client.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.client.Mailbox;
import dev.sluice.client.Refusal;
import dev.sluice.client.http.StreamingCall;
import dev.sluice.contract.v1.Notification;
import io.grpc.Status;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads messages until the frame with the trailers, which has to be the last. */
final class GrpcWebBody implements StreamingCall.Decoder {

    private static final int TRAILERS = 0x80;

    private final Encoding encoding;
    private final Consumer<byte[]> messages;
    private final Frames frames = new Frames(this::frame);
    private final Base64Stream base64 = new Base64Stream();
    private @Nullable Refusal status;

    /** @param headers of the answer: one without messages may have its status there ("Trailers-Only") */
    GrpcWebBody(Encoding encoding, HttpHeaders headers, Consumer<byte[]> messages) {
        this.encoding = encoding;
        this.messages = messages;
        if (headers.firstValue("grpc-status").isPresent()) {
            status = status(headers.map().entrySet().stream()
                    .map(header -> header.getKey() + ":" + header.getValue().get(0))
                    .collect(Collectors.joining("\r\n")));
        }
    }

    static Consumer<byte[]> notifications(Mailbox mailbox) {
        return message -> {
            try {
                mailbox.add(ProtoMessages.received(Notification.parseFrom(message)));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(e);
            }
        };
    }

    @Override
    public void read(byte[] piece) {
        frames.read(encoding == Encoding.TEXT ? base64.decode(piece) : piece);
    }

    private void frame(int flags, byte[] content) {
        if (status != null) {
            throw new IllegalArgumentException("a frame after the trailers");
        }
        if (flags == TRAILERS) {
            status = status(new String(content, StandardCharsets.US_ASCII));
        } else {
            messages.accept(content);
        }
    }

    @Override
    public Refusal end() {
        return status == null || frames.isAmidMessage()
                ? new Refusal("protocol violation", "", "", "the body ends without trailers")
                : status;
    }

    private static Refusal status(String block) {
        Map<String, String> trailers = new HashMap<>();
        for (var line : block.split("\r\n", -1)) {
            var colon = line.indexOf(':');
            if (colon > 0) {
                trailers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        var code = Integer.parseInt(trailers.getOrDefault("grpc-status", "-1"));
        return new Refusal(
                Status.fromCodeValue(code).getCode().name(),
                trailers.getOrDefault("sluice-reason", ""),
                trailers.getOrDefault("sluice-field", ""),
                trailers.getOrDefault("grpc-message", ""));
    }
}
