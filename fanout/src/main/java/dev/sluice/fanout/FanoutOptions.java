package dev.sluice.fanout;

import dev.sluice.fanout.cold.ColdOptions;
import dev.sluice.fanout.log.LogTailOptions;
import dev.sluice.fanout.position.PositionOptions;
import dev.sluice.fanout.session.ConnectionLimits;
import dev.sluice.fanout.session.Heartbeats;
import java.time.Duration;
import java.util.Optional;

/**
 * @param heartbeats how often each subscription hears of its cursor when nothing else happens
 * @param maxAge how old a session gets, a tenth more or less; empty: as old as its token lets it
 * @param stalledAfter how long a client may read nothing of what waits for it, in whole heartbeats; empty: for ever
 * @param connections how many sessions there may be
 */
public record FanoutOptions(
        LogTailOptions log,
        ColdOptions cold,
        PositionOptions positions,
        Heartbeats heartbeats,
        Optional<Duration> maxAge,
        Optional<Duration> stalledAfter,
        ConnectionLimits connections) {
    public FanoutOptions {
        if (maxAge.isPresent() && maxAge.get().toMillis() < 1_000) {
            throw new IllegalArgumentException("sluice.connection.max-age is at least 1s");
        }
        if (stalledAfter.isPresent()
                && (stalledAfter.get().isNegative() || stalledAfter.get().isZero())) {
            throw new IllegalArgumentException("sluice.connection.stalled-after is positive, or 0s for never");
        }
    }
}
