package dev.sluice.fanout.cold;

import java.time.Duration;
import java.util.Optional;

/**
 * @param cacheBytes how much of what was read again is kept for others who need it, roughly
 * @param consumers how many partitions are read at a time
 * @param maxRewind how far back a position may be, by the log's time; empty: as far as the log reaches
 */
public record ColdOptions(long cacheBytes, int consumers, Optional<Duration> maxRewind) {
    private static final int MOST_CONSUMERS = 64;

    public ColdOptions {
        if (cacheBytes <= 0) {
            throw new IllegalArgumentException("sluice.cold.cache-bytes must be positive");
        }
        if (consumers < 1 || consumers > MOST_CONSUMERS) {
            throw new IllegalArgumentException("sluice.cold.consumers must be 1 to " + MOST_CONSUMERS);
        }
        if (maxRewind.isPresent()
                && (maxRewind.get().isNegative() || maxRewind.get().isZero())) {
            throw new IllegalArgumentException("sluice.cold.max-rewind must be positive");
        }
    }
}
