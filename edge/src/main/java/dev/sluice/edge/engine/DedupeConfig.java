package dev.sluice.edge.engine;

import dev.sluice.fanout.log.RepeatLimits;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What is a repeat of an earlier event (same channel, source and id), and so not delivered; the same on all edges. */
@ConfigMapping(prefix = "sluice.dedupe")
public interface DedupeConfig {
    /** How long after an event a repeat of it is dropped, by the log's time; 0s: nothing is. */
    @WithDefault("2m")
    Duration window();

    /** How many records of its partition after an event a repeat of it is dropped at most; bounds the memory that this takes. */
    @WithDefault("10000")
    int records();

    /** Both together. */
    default RepeatLimits limits() {
        return new RepeatLimits(window(), records());
    }
}
