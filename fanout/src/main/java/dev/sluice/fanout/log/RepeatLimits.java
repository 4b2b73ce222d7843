package dev.sluice.fanout.log;

import java.time.Duration;

/**
 * How far apart two records with the same channel, source and id may be for the second to be a repeat; both bounds hold. What
 * is a repeat follows from the log and these numbers alone, so they have to be the same on all replicas.
 *
 * @param window by the log's time; zero: nothing is a repeat
 * @param records of one partition
 */
public record RepeatLimits(Duration window, int records) {
    private static final int MOST_RECORDS = 1 << 20;

    public RepeatLimits {
        if (window.isNegative()) {
            throw new IllegalArgumentException("sluice.dedupe.window must not be negative: " + window);
        }
        if (records < 1 || records > MOST_RECORDS) {
            throw new IllegalArgumentException(
                    "sluice.dedupe.records must be 1 to " + MOST_RECORDS + ", not " + records);
        }
    }

    public boolean isOff() {
        return window.isZero();
    }
}
