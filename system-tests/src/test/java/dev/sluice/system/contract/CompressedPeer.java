package dev.sluice.system.contract;

import static dev.sluice.client.websocket.RawFrame.CLOSE;
import static dev.sluice.client.websocket.RawFrame.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.websocket.PerMessageDeflate;
import dev.sluice.client.websocket.RawFrame;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.system.client.RawClient;
import java.net.URI;
import java.util.Locale;
import java.util.Map;

/** A WebSocket by hand, for {@code sluice.v1.json}, on which permessage-deflate may be in use. For one thread. */
final class CompressedPeer implements AutoCloseable {
    /** What is answered by a pong. */
    static final String ASK = "{\"op\":\"ping\",\"id\":\"ä-1\"}";

    private final PerMessageDeflate deflate = new PerMessageDeflate();
    private final RawClient client;
    private final String negotiated;

    CompressedPeer(URI edge, String token, String offer) {
        client = RawClient.connect(edge);
        var head = client.send(RawHandshake.request(token, Map.of("Sec-WebSocket-Extensions", offer)))
                .readUntil("\r\n\r\n");
        assertThat(head).startsWith("HTTP/1.1 101");
        negotiated = head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-extensions:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .reduce("", String::concat);
        assertThat(next()).contains("\"op\":\"open\"");
    }

    /** What the server answered to the offer; empty when it declined. */
    String negotiated() {
        return negotiated;
    }

    PerMessageDeflate deflate() {
        return deflate;
    }

    void send(RawFrame... frames) {
        client.send(RawFrame.join(frames));
    }

    RawFrame frame() {
        return RawFrame.read(client.input());
    }

    /** The next one that is no heartbeat, which may come before anything. */
    RawFrame nextFrame() {
        var frame = frame();
        return frame.opcode() == TEXT && deflate.inflate(frame).contains("\"op\":\"heartbeat\"") ? nextFrame() : frame;
    }

    /** The next message that is no heartbeat. */
    String next() {
        var text = deflate.inflate(frame());
        return text.contains("\"op\":\"heartbeat\"") ? next() : text;
    }

    void assertAnswered() {
        assertThat(next()).contains("\"op\":\"pong\"").contains("\"id\":\"ä-1\"");
    }

    void assertClosed(int code) {
        var frame = frame();
        while (frame.opcode() != CLOSE) {
            // What was on its way, and what a close says before the frame.
            assertThat(deflate.inflate(frame)).containsAnyOf("heartbeat", "\"op\":\"close\"");
            frame = frame();
        }
        assertThat(frame.closeCode()).isEqualTo(code);
        client.awaitEnd();
    }

    @Override
    public void close() {
        client.close();
    }
}
