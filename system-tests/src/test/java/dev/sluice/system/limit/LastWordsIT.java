package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Background;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A WebSocket that was closed because of what its client sends: nobody listens any more, and it ends, whatever the client does. */
@ExtendWith(SharedSluice.class)
class LastWordsIT {
    /** Masked pings (RFC 6455, section 5.5.2), many at a time. */
    private static final byte[] PINGS = "\u0089\u0080\0\0\0\0".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);

    /** More than the kernels of both sides hold. */
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private static final int CLOSE = 8;

    /** Answers to what one reading of the socket had brought already. */
    private static final long MOST_FRAMES = 20_000;

    private final Sluice sluice;

    LastWordsIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldHearNothingAfterTheCloseFrameAndEndTheSocket() {
        try (var client = RawClient.connect(sluice.url(Component.WS_EDGE));
                var reader = new Background()) {
            client.send(RawHandshake.request(sluice.token("mallory"), Map.of())).readUntil("\"op\":\"open\"[^}]*\\}");
            var begin = System.nanoTime();
            var heard = reader.call(() -> framesAfterTheClose(client.input()));
            long sent = 0;
            try {
                while (sent < MOST_BYTES) {
                    client.send(PINGS);
                    sent += PINGS.length;
                }
            } catch (UncheckedIOException closed) {
                System.out.printf(
                        "LastWords: the socket ended after %d ms and %d KiB%n",
                        (System.nanoTime() - begin) / 1_000_000, sent / 1_024);
            }
            assertThat(sent).isLessThan(MOST_BYTES);
            assertThat(heard.join()).as("frames after the close frame").isBetween(0L, MOST_FRAMES);
        }
    }

    /** Reads frames (RFC 6455, section 5.2) until the socket ends: how many came after the close frame; -1 when there was none. */
    private static long framesAfterTheClose(InputStream input) {
        long after = -1;
        try {
            var in = new DataInputStream(new BufferedInputStream(input));
            while (true) {
                var opcode = in.readUnsignedByte() & 0xF;
                var length = in.readUnsignedByte();
                in.readNBytes(length == 126 ? in.readUnsignedShort() : length);
                if (opcode == CLOSE || after >= 0) {
                    after++;
                }
            }
        } catch (IOException ended) {
            System.out.println("LastWords: frames after the close frame: " + after);
            return after;
        }
    }
}
