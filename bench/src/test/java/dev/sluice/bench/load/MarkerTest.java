package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MarkerTest {
    private final Marker marker = new Marker();

    private int count(String piece) {
        return marker.count(Unpooled.copiedBuffer(piece, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldCountEachEvent() {
        assertThat(count("a" + Marker.EACH + "b" + Marker.EACH)).isEqualTo(2);
    }

    /** The length of a WebSocket's frame is told by 126, which is a tilde. */
    @Test
    void shouldNotTakeALengthForOne() {
        assertThat(count("~ ^ ^~")).isZero();
    }

    @Test
    void shouldFindOneThatWasCutInTwo() {
        assertThat(count("a~")).isZero();
        assertThat(count("")).isZero();
        assertThat(count("^b")).isEqualTo(1);
    }
}
