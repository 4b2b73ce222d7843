package dev.sluice.edge.limit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** How a rate becomes a bucket. */
public final class TokenBucket {
    private TokenBucket() {}

    /**
     * @param perSecond positive
     * @param burst how much may come at once after a pause
     */
    public static Bucket of(long perSecond, long burst, TimeMeter time) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .withCustomTimePrecision(time)
                .build();
    }
}
