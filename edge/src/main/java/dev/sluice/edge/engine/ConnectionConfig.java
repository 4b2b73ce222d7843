package dev.sluice.edge.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How long a connection may last. */
@ConfigMapping(prefix = "sluice.connection")
public interface ConnectionConfig {
    /** How old a session gets, a tenth more or less, so that clients spread over new replicas. Left out: as old as its token lets it. */
    Optional<Duration> maxAge();

    /**
     * How long a client may read nothing of what waits for it, before its session is closed; looked at with each heartbeat. 0s: for
     * ever.
     */
    @WithDefault("60s")
    Optional<Duration> stalledAfter();
}
