package dev.sluice.edge.engine;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How much of the log a replica keeps in memory; whichever bound is met first. */
@ConfigMapping(prefix = "sluice.memory")
public interface MemoryConfig {
    /** An estimate of the heap that events and their encoded forms take. Left out: a sixth of the heap; see {@link HeapRoom}. */
    Optional<MemorySize> bytes();

    /** How many events; rounded up to a power of two. */
    @WithDefault("131072")
    int events();

    /** How old events are at most, by the log's time. So much is also read at start, before a replica is ready. */
    @WithDefault("10m")
    Duration age();
}
