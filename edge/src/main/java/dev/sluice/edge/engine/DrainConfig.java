package dev.sluice.edge.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How an edge lets its clients go when it ends. */
@ConfigMapping(prefix = "sluice.drain")
public interface DrainConfig {
    /** Over how long sessions are closed when the process is told to end; it ends as soon as there are none. */
    @WithDefault("20s")
    Duration window();
}
