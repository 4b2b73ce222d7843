package dev.sluice.local.listen;

import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.StreamRequest;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * {@code StreamUpdates} as a browser calls it: gRPC-Web over plain HTTP, with the trailers as a last frame in the body
 * (gRPC repository, PROTOCOL-WEB.md).
 */
public final class GrpcWebListener implements Listener {

    private static final int OK = 200;
    private static final int FRAME_HEADER = 5;
    private static final int TRAILERS = 0x80;

    @Override
    public void listen(Target target, Consumer<String> line) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(target.resolve("/sluice.v1.NotificationService/StreamUpdates"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", target.authorization())
                .header("Content-Type", "application/grpc-web+proto")
                .header("Accept", "application/grpc-web+proto")
                .header("X-Grpc-Web", "1")
                .POST(BodyPublishers.ofByteArray(frame(StreamRequest.newBuilder()
                        .addAllChannels(target.channels())
                        .build()
                        .toByteArray())))
                .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
        try (var body = new DataInputStream(response.body())) {
            requireAccepted(response);
            readFrames(body, line);
        }
    }

    private static byte[] frame(byte[] message) {
        return ByteBuffer.allocate(FRAME_HEADER + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }

    /** A call that fails at once may say so in the headers alone. */
    private static void requireAccepted(HttpResponse<InputStream> response) throws IOException {
        if (response.statusCode() != OK) {
            throw new IOException("refused: " + response.statusCode() + " "
                    + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
        }
        var status = response.headers().firstValue("grpc-status").orElse("0");
        if (!status.equals("0")) {
            throw new IOException("refused: grpc-status " + status + " "
                    + response.headers().firstValue("grpc-message").orElse(""));
        }
    }

    private static void readFrames(DataInputStream body, Consumer<String> line) throws IOException {
        try {
            while (true) {
                var flags = body.readUnsignedByte();
                var content = body.readNBytes(body.readInt());
                if ((flags & TRAILERS) == 0) {
                    line.accept(NotificationLine.of(Notification.parseFrom(content)));
                    continue;
                }
                var trailers =
                        new String(content, StandardCharsets.US_ASCII).trim().replace("\r\n", ", ");
                if (!trailers.contains("grpc-status:0") && !trailers.contains("grpc-status: 0")) {
                    throw new IOException("ended: " + trailers);
                }
                return;
            }
        } catch (EOFException e) {
            throw new IOException("the connection was closed without a status", e);
        }
    }
}
