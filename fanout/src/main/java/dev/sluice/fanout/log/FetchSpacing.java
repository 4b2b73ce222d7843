package dev.sluice.fanout.log;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long Kafka is not asked for more while events come fast and few at a time. A fetch, and waking who hands events out, costs as much for
 * one event as for a hundred, and several times what an event costs by itself; where many channels have few readers each, no delivery
 * shares it. An event that comes alone waits for nothing, one of many for {@link #APART} until it is asked for. Belongs to the tail's thread.
 */
final class FetchSpacing {
    static final Duration APART = Duration.ofMillis(1);
    /** Those that came at most so long after the ones before come fast. */
    static final Duration FAST = APART.multipliedBy(2);
    /** So many at a time share the cost already. */
    static final int MANY = 100;

    private final LongSupplier nanoTime;
    private long came;
    private boolean fast;

    /** @param nanoTime as of {@link System#nanoTime} */
    FetchSpacing(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.came = nanoTime.getAsLong() - FAST.toNanos() - 1;
    }

    /** So many records were read just now. */
    void read(int records) {
        if (records == 0) {
            fast = false;
            return;
        }
        long now = nanoTime.getAsLong();
        fast = records < MANY && now - came <= FAST.toNanos();
        came = now;
    }

    /** How much longer to wait before more are asked for; zero: not at all. */
    Duration left() {
        long left = fast ? APART.toNanos() - (nanoTime.getAsLong() - came) : 0;
        return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
    }
}
