package dev.sluice.edge.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often clients hear that a quiet stream is alive. */
@ConfigMapping(prefix = "sluice.heartbeat")
public interface HeartbeatConfig {
    /**
     * How often each subscription whose client does not ask for something else hears of its cursor; at least 100 ms. The default is below
     * what the most impatient of widely used clients wait (docs/clients.md, "Heartbeats and time-outs").
     */
    @WithDefault("4s")
    Duration interval();

    /** The shortest interval that a client may ask for; at least 2 s. */
    @WithDefault("2s")
    Duration min();

    /** The longest interval that a client may ask for; at most 60 s. */
    @WithDefault("60s")
    Duration max();
}
