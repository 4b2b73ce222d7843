package dev.sluice.edge.limit;

import dev.sluice.fanout.session.ConnectionLimits;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much clients may ask of one replica; 0: any amount. */
@ConfigMapping(prefix = "sluice.limits")
public interface LimitsConfig {
    /** How many sessions a replica has at most. It is not ready from 95 % of them on, until they are 90 % again. */
    @WithDefault("50000")
    int connections();

    /** How many of them one user has (issuer and subject of the token). */
    @WithDefault("10000")
    int connectionsPerUser();

    /** How many of them one network address has; of IPv6 the first 64 bits. */
    @WithDefault("0")
    int connectionsPerAddress();

    /** What concerns sessions. */
    default ConnectionLimits sessions() {
        return new ConnectionLimits(connections(), connectionsPerUser(), connectionsPerAddress());
    }
}
