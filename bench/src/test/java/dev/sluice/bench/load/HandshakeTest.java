package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final Handshake HANDSHAKE = new Handshake("&EIO=4", "40", "40{");

    @Test
    void shouldGoOnWithTheQuery() {
        byte[] request = Protocol.WS.request(Listening.to("a.b"), "none", HANDSHAKE);

        assertThat(new String(request, StandardCharsets.US_ASCII))
                .startsWith("GET /v1/ws?channel=a.b&EIO=4 HTTP/1.1\r\n");
    }

    @Test
    void shouldMaskItsMessage() {
        byte[] frame = new byte[8];
        HANDSHAKE.frame().readBytes(frame);

        assertThat(frame).containsExactly(0x81, 0x82, 0, 0, 0, 0, '4', '0');
    }

    @Test
    void shouldRefuseWhatDoesNotFitASmallFrame() {
        assertThatThrownBy(() -> new Handshake("", "x".repeat(126), "")).hasMessageContaining("125");
    }
}
