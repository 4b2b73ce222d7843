package dev.sluice.edge.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often clients hear that a quiet stream is alive. */
@ConfigMapping(prefix = "sluice.heartbeat")
public interface HeartbeatConfig {
    /** How often each subscription is told its cursor; at least 100 ms. Keep it below the idle time-outs of proxies in front. */
    @WithDefault("15s")
    Duration interval();
}
