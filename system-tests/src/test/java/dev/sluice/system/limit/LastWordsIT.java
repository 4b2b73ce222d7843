package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Background;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
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

    private final Sluice sluice;

    LastWordsIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldHearNothingAfterTheCloseFrameAndEndTheSocket() throws IOException {
        var url = sluice.url(Component.WS_EDGE);
        try (var socket = new Socket(url.getHost(), url.getPort());
                var reader = new Background()) {
            var begin = System.nanoTime();
            var out = socket.getOutputStream();
            out.write(RawHandshake.request(sluice.token("mallory"), Map.of()).getBytes(StandardCharsets.US_ASCII));
            reader.call(() -> drain(socket));
            long sent = 0;
            try {
                while (sent < MOST_BYTES) {
                    out.write(PINGS);
                    sent += PINGS.length;
                }
            } catch (IOException closed) {
                System.out.printf(
                        "LastWords: the socket ended after %d ms and %d KiB%n",
                        (System.nanoTime() - begin) / 1_000_000, sent / 1_024);
            }
            assertThat(sent).isLessThan(MOST_BYTES);
        }
    }

    private static long drain(Socket socket) {
        try {
            return socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException closed) {
            return -1;
        }
    }
}
