package dev.sluice.edge.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InboundRateTest {
    private final HandTime time = new HandTime();

    @Test
    void shouldTakeTwiceTheRateAtOnceAndThenTheRate() {
        var rate = new InboundRate(10, 0, time);
        assertThat(taken(rate, 100, 1)).isEqualTo(20);
        time.pass(Duration.ofSeconds(1));
        assertThat(taken(rate, 100, 1)).isEqualTo(10);
        time.pass(Duration.ofMillis(100));
        assertThat(taken(rate, 100, 1)).isEqualTo(1);
        time.pass(Duration.ofHours(1));
        assertThat(taken(rate, 100, 1)).isEqualTo(20);

        var refusal = rate.take(1).orElseThrow();
        assertThat(refusal.reason()).isEqualTo(Reason.LIMITED);
        assertThat(refusal.limit()).isEqualTo(Limit.MESSAGE_RATE);
    }

    @Test
    void shouldCountBytesByThemselves() {
        var rate = new InboundRate(0, 1_000_000, time);
        assertThat(taken(rate, 10, 500_000)).isEqualTo(4);
        var refusal = rate.take(500_000).orElseThrow();
        assertThat(refusal.reason()).isEqualTo(Reason.LIMITED);
        assertThat(refusal.limit()).isEqualTo(Limit.BYTE_RATE);
        assertThat(rate.take(0)).as("a message without bytes").isEmpty();
        time.pass(Duration.ofSeconds(1));
        assertThat(taken(rate, 10, 500_000)).isEqualTo(2);
    }

    @Test
    void shouldTakeTheLargestMessageHoweverLowTheRate() {
        assertThat(new InboundRate(0, 1, time).take(512 * 1024)).isEmpty();
    }

    @Test
    void shouldTakeEverythingWithoutLimits() {
        assertThat(taken(new InboundRate(0, 0, time), 100_000, 1_000_000)).isEqualTo(100_000);
    }

    private static int taken(InboundRate rate, int messages, int length) {
        int taken = 0;
        for (int i = 0; i < messages; i++) {
            taken += rate.take(length).isEmpty() ? 1 : 0;
        }
        return taken;
    }
}
