package dev.sluice.edge.limit;

import dev.sluice.fanout.session.ConnectionLimits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** How much clients may ask of one replica; 0: any amount. */
@ConfigMapping(prefix = "sluice.limits")
public interface LimitsConfig {
    /**
     * How many sessions a replica has at most. It is not ready from 95 % of them on, until they are 90 % again. Left out: as many as the
     * heap has room for.
     */
    Optional<Integer> connections();

    /** What a session is reckoned to take of the heap. */
    @WithDefault("20K")
    MemorySize heapPerConnection();

    /** How many of them one user has (issuer and subject of the token). */
    @WithDefault("10000")
    int connectionsPerUser();

    /** How many of them one network address has; of IPv6 the first 64 bits. */
    @WithDefault("0")
    int connectionsPerAddress();

    /** How many requests and calls a second a replica takes, before it looks at their tokens; for two seconds twice as many. */
    @WithDefault("5000")
    int handshakesPerSecond();

    /** How many messages a second a client sends over a WebSocket or a Connect; for two seconds twice as many. */
    @WithDefault("1000")
    int messagesPerSecond();

    /** How many bytes they have; for two seconds twice as many, and 1M at least. */
    @WithDefault("4M")
    MemorySize bytesPerSecond();

    /** @param connections how many sessions a replica has at most */
    default ConnectionLimits sessions(int connections) {
        return new ConnectionLimits(connections, connectionsPerUser(), connectionsPerAddress());
    }

    /** @throws IllegalArgumentException naming the key, when the value is none */
    static <T extends Number> T positive(String key, T value) {
        if (value.longValue() < 0) {
            throw new IllegalArgumentException("sluice.limits." + key + " is positive, or 0 for no limit");
        }
        return value;
    }
}
