package dev.sluice.bench.load;

import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Reads one stream of an edge with a client that knows the protocol, and returns the frame of each event as it stands on the
 * wire: what the reference will write.
 */
public final class Capture {
    private Capture() {}

    /** @param last how many events there are; the newest carries the marker */
    public static List<byte[]> frames(Protocol protocol, int port, String channel, String token, int last)
            throws IOException, InterruptedException, ExecutionException {
        List<byte[]> frames =
                switch (protocol) {
                    case SSE -> sse(port, channel, token, last);
                    case WS -> ws(port, channel, token, last);
                    case GRPC -> grpc(port, channel, token, last);
                };
        if (frames.size() != last) {
            throw new IOException("the edge gave " + frames.size() + " events of " + last);
        }
        return frames;
    }

    private static List<byte[]> sse(int port, String channel, String token, int last)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port + "/v1/stream?channel=" + channel + "&last=" + last))
                .header("Authorization", "Bearer " + token)
                .build();
        var frames = new ArrayList<byte[]>();
        try (var lines = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body()) {
            var block = new StringBuilder();
            for (Iterator<String> all = lines.iterator(); frames.size() < last && all.hasNext(); ) {
                String line = all.next();
                block.append(line).append('\n');
                if (line.isEmpty()) {
                    if (block.indexOf("data: ") >= 0 && block.indexOf("event: sluice.") < 0) {
                        frames.add(chunk(block.toString()));
                    }
                    block.setLength(0);
                }
            }
        }
        return frames;
    }

    /** An event of an event stream is a chunk of HTTP/1.1. */
    private static byte[] chunk(String block) {
        byte[] bytes = block.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        out.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static List<byte[]> ws(int port, String channel, String token, int last)
            throws InterruptedException, ExecutionException {
        var frames = new ArrayList<byte[]>();
        var complete = new CompletableFuture<List<byte[]>>();
        var listener = new WebSocket.Listener() {
            private final StringBuilder message = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
                message.append(part);
                if (isLast) {
                    if (message.indexOf("{\"op\":\"event\"") == 0) {
                        frames.add(textFrame(message.toString()));
                    }
                    message.setLength(0);
                    if (frames.size() == last) {
                        complete.complete(frames);
                    }
                }
                socket.request(1);
                return CompletableFuture.completedStage(null);
            }

            @Override
            public void onError(WebSocket socket, Throwable failure) {
                complete.completeExceptionally(failure);
            }
        };
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .subprotocols("sluice.v1.json")
                .buildAsync(
                        URI.create("ws://localhost:" + port + "/v1/ws?channel=" + channel + "&last=" + last), listener)
                .get();
        try {
            return complete.get();
        } finally {
            socket.abort();
        }
    }

    private static byte[] textFrame(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        var out = ByteBuffer.allocate(bytes.length + 10).put((byte) 0x81);
        if (bytes.length < 126) {
            out.put((byte) bytes.length);
        } else {
            out.put((byte) 126).putShort((short) bytes.length);
        }
        out.put(bytes).flip();
        byte[] frame = new byte[out.remaining()];
        out.get(frame);
        return frame;
    }

    private static List<byte[]> grpc(int port, String channel, String token, int last) {
        ManagedChannel connection = Grpc.newChannelBuilder("localhost:" + port, InsecureChannelCredentials.create())
                .build();
        try {
            var headers = new Metadata();
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
            Iterator<Notification> notifications = NotificationServiceGrpc.newBlockingStub(connection)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .streamUpdates(StreamRequest.newBuilder()
                            .addChannels(channel)
                            .setLast(last)
                            .build());
            var frames = new ArrayList<byte[]>();
            while (frames.size() < last) {
                Notification notification = notifications.next();
                if (!notification.hasControl()) {
                    frames.add(grpcMessage(notification.toByteArray()));
                }
            }
            return frames;
        } finally {
            connection.shutdownNow();
        }
    }

    /** A message with its prefix. */
    public static byte[] grpcMessage(byte[] message) {
        return ByteBuffer.allocate(message.length + 5)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }
}
