package dev.sluice.edge.limit;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** A clock that stands still until it is told to go on. */
final class HandTime implements TimeMeter {
    private long nanos;

    void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public long currentTimeNanos() {
        return nanos;
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
