package dev.sluice.edge.browser;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Connection tickets. */
@ConfigMapping(prefix = "sluice.tickets")
public interface TicketsConfig {
    /** Keys of 32 random bytes in base64, the same on all edges: the first one seals tickets, each opens them. To rotate: put the new one last, and when all replicas have it, first; when that is everywhere, take the old one away. Left out: there are no tickets. */
    Optional<List<String>> keys();

    /** How long a ticket can be used; at most 5m. */
    @WithDefault("30s")
    Duration ttl();
}
