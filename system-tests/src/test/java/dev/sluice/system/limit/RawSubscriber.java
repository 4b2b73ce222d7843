package dev.sluice.system.limit;

import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.client.RawStream;

/** Who subscribes over a connection of which something else matters: where it comes from, or what was said on it before. */
public final class RawSubscriber {
    private static final String LIMITED = "limited";

    private RawSubscriber() {}

    /**
     * @param headers further ones, each with its line end
     * @return whether there is a stream now, and not one too many
     */
    public static boolean isGranted(RawClient client, Component edge, String token, String headers) {
        var all = "Host: localhost\r\nAuthorization: Bearer " + token + "\r\n" + headers;
        switch (edge) {
            case SSE_EDGE -> client.send("GET /v1/stream?channel=rooms.lobby HTTP/1.1\r\n" + all + "\r\n");
            case WS_EDGE ->
                client.send(
                        "GET /v1/ws HTTP/1.1\r\n" + all
                                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sluice.v1.json\r\n\r\n");
            case GRPC_EDGE -> {
                var message = RawStream.framed(StreamRequest.newBuilder()
                        .addChannels("rooms.lobby")
                        .build()
                        .toByteArray());
                client.send("POST /sluice.v1.NotificationService/StreamUpdates HTTP/1.1\r\n" + all
                                + "Content-Type: application/grpc-web+proto\r\nContent-Length: "
                                + message.length + "\r\n\r\n")
                        .send(message);
            }
            default -> throw new IllegalArgumentException(edge + " has no clients");
        }
        return !client.readUntil("\"open\"|sluice\\.open|\"limited\"|sluice-reason: limited")
                .contains(LIMITED);
    }
}
