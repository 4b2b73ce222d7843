package dev.sluice.fanout.log;

import java.time.Duration;

/**
 * How much of the log stays in memory; whichever bound is met first.
 *
 * @param bytes an estimate of the heap that events and their encoded forms take
 * @param events rounded up to a power of two
 * @param age by the log's time
 */
public record RecentLogLimits(long bytes, int events, Duration age) {

    private static final int MOST_EVENTS = 1 << 26;

    public RecentLogLimits {
        if (bytes <= 0 || events <= 0 || events > MOST_EVENTS || age.isNegative() || age.isZero()) {
            throw new IllegalArgumentException("bytes, events (at most " + MOST_EVENTS + ") and age must be positive");
        }
    }

    int slots() {
        return events == 1 ? 1 : Integer.highestOneBit(events - 1) << 1;
    }
}
