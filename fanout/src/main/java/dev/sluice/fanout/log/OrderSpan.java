package dev.sluice.fanout.log;

import dev.sluice.contract.event.KafkaEvents;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When the order across partitions matters: a channel stands in two of them only around the moment when partitions were added, and where the past
 * is read, which may hold such a moment. At all other times no partition waits for another. Belongs to the tail's thread.
 */
final class OrderSpan {
    /** Until whoever writes holds to the new number, and what was written by the old one has been read, also when that takes its time. */
    static final Duration LENGTH = KafkaEvents.HOME_HOLD.multipliedBy(12);

    private final LongSupplier nanos;
    private long begun;

    /** @param nanos what time it is, from anywhere on */
    OrderSpan(LongSupplier nanos) {
        this.nanos = nanos;
        begin();
    }

    /** Partitions were added, or may have been. */
    void begin() {
        begun = nanos.getAsLong();
    }

    boolean isOver() {
        return nanos.getAsLong() - begun > LENGTH.toNanos();
    }
}
