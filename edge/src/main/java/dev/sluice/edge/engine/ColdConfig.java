package dev.sluice.edge.engine;

import dev.sluice.fanout.cold.ColdOptions;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How what has left memory is read from Kafka again. */
@ConfigMapping(prefix = "sluice.cold")
public interface ColdConfig {
    /** How much of what was read again is kept for others who need the same, roughly. */
    @WithDefault("16M")
    MemorySize cacheBytes();

    /** How many consumers read again at a time. */
    @WithDefault("2")
    int consumers();

    /** How far back a position may be, by the log's time; older ones get a gap. Left out: as far as the log reaches. */
    Optional<Duration> maxRewind();

    /** All of it. */
    default ColdOptions options() {
        return new ColdOptions(cacheBytes().asLongValue(), consumers(), maxRewind());
    }
}
