package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final AtomicInteger everywhere = new AtomicInteger();

    @Test
    void shouldTellWhenAnEventIsAtAllClients() throws InterruptedException {
        var watch = new Watch(2, 2, event -> System.nanoTime(), everywhere::incrementAndGet);

        watch.arrive(0);
        watch.arrive(1);
        assertThat(everywhere).hasValue(0);
        watch.arrive(0);
        assertThat(everywhere).hasValue(1);
        watch.arrive(1);

        watch.await();
        assertThat(everywhere).hasValue(2);
        assertThat(watch.behindFirst().getTotalCount()).isEqualTo(4);
    }

    @Test
    void shouldCountFromWhenAnEventWasDue() throws InterruptedException {
        long second = 1_000_000_000;
        var watch = new Watch(1, 1, event -> System.nanoTime() - second, () -> {});

        watch.arrive(0);

        watch.await();
        assertThat(watch.behindDue().getMinValue()).isGreaterThanOrEqualTo(second - second / 1_000);
        assertThat(watch.behindFirst().getMaxValue()).isZero();
    }

    @Test
    void shouldRefuseMoreThanWasSent() {
        var watch = new Watch(1, 1, event -> 0, () -> {});
        watch.arrive(0);

        assertThatThrownBy(() -> watch.arrive(1)).hasMessageContaining("more than 1");
    }
}
