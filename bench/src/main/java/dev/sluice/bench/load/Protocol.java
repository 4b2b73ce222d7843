package dev.sluice.bench.load;

import dev.sluice.local.Component;
import java.nio.charset.StandardCharsets;

/** The three protocols, and what of the reference an edge has to reach on each. */
public enum Protocol {
    SSE(Component.SSE_EDGE, 0.6),
    WS(Component.WS_EDGE, 0.6),
    GRPC(Component.GRPC_EDGE, 0.4);

    private final Component edge;
    private final double target;

    Protocol(Component edge, double target) {
        this.edge = edge;
        this.target = target;
    }

    public Component edge() {
        return edge;
    }

    /** The least ratio to the reference. */
    public double target() {
        return target;
    }

    /** What a client of HTTP/1.1 sends to be given the stream of a channel. */
    public byte[] request(String channel, String token) {
        String head = this == SSE
                ? "GET /v1/stream?channel=" + channel + " HTTP/1.1\r\nAccept: text/event-stream\r\n"
                : "GET /v1/ws?channel=" + channel + " HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: sluice.v1.json\r\n";
        return (head + "Host: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
