package dev.sluice.edge;

import dev.sluice.fanout.cold.ColdOptions;
import dev.sluice.fanout.log.RepeatLimits;
import dev.sluice.fanout.position.PositionOptions;
import dev.sluice.fanout.session.ConnectionLimits;
import dev.sluice.fanout.session.Heartbeats;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All keys of the edges, in groups; what is wrong ends the start with its key. Each group is a mapping of its own prefix: one of {@code
 * sluice} would refuse the keys of the other services, which may stand in the same file.
 */
public interface EdgeConfig {

    /** How much of the log a replica keeps in memory; whichever bound is met first. */
    @ConfigMapping(prefix = "sluice.memory")
    interface Memory {
        /** An estimate of the heap that events and their encoded forms take. Left out: a sixth of the heap. */
        Optional<MemorySize> bytes();

        /** How many events; rounded up to a power of two. */
        @WithDefault("131072")
        int events();

        /** How old events are at most, by the log's time. So much is also read at start, before a replica is ready. */
        @WithDefault("10m")
        Duration age();
    }

    /** What is a repeat of an earlier event (same channel, source and id), and so not delivered; the same on all edges. */
    @ConfigMapping(prefix = "sluice.dedupe")
    interface Dedupe {
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

    /** How what has left memory is read from Kafka again. */
    @ConfigMapping(prefix = "sluice.cold")
    interface Cold {
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

    /** Acknowledged subscriptions. */
    @ConfigMapping(prefix = "sluice.positions")
    interface Positions {
        /** The compacted topic that holds the positions of acknowledged subscriptions. The publisher reads the same key. */
        @WithDefault("sluice.positions")
        String topic();

        /** How many acknowledged subscriptions a user may have; each takes some hundred bytes of memory on every edge. */
        @WithDefault("100")
        int namesPerUser();

        /** Both together. */
        default PositionOptions options() {
            return new PositionOptions(topic(), namesPerUser());
        }
    }

    /** How often clients hear that a quiet stream is alive. */
    @ConfigMapping(prefix = "sluice.heartbeat")
    interface Heartbeat {
        /**
         * How often each subscription whose client does not ask for something else hears of its cursor; at least 100 ms. The default is
         * below what the most impatient of widely used clients wait (docs/clients.md, "Heartbeats and time-outs").
         */
        @WithDefault("4s")
        Duration interval();

        /** The shortest interval that a client may ask for; at least 2 s. */
        @WithDefault("2s")
        Duration min();

        /** The longest interval that a client may ask for; at most 60 s. */
        @WithDefault("60s")
        Duration max();

        /** All of it. */
        default Heartbeats bounds() {
            return new Heartbeats(interval(), min(), max());
        }
    }

    /** How an edge lets its clients go when it ends. */
    @ConfigMapping(prefix = "sluice.drain")
    interface Drain {
        /** Over how long sessions are closed when the process is told to end; it ends as soon as there are none. */
        @WithDefault("20s")
        Duration window();
    }

    /** How long a connection may last. */
    @ConfigMapping(prefix = "sluice.connection")
    interface Connection {
        /** How old a session gets, a tenth more or less, so that clients spread over new replicas. Left out: as old as its token lets it. */
        Optional<Duration> maxAge();

        /**
         * How long a client may read nothing of what waits for it, before its session is closed; looked at with each heartbeat. 0s: for
         * ever.
         */
        @WithDefault("60s")
        Optional<Duration> stalledAfter();
    }

    /** How much clients may ask of one replica; 0: any amount. */
    @ConfigMapping(prefix = "sluice.limits")
    interface Limits {
        /**
         * How many sessions a replica has at most. It is not ready from 95 % of them on, until they are 90 % again. Left out: as many as
         * the heap has room for.
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
    }

    /** Whether what clients are sent is compressed. */
    @ConfigMapping(prefix = "sluice.compression")
    interface Compression {
        /**
         * Whether clients that ask for it get it: event streams and NDJSON by zstd or gzip ({@code Accept-Encoding}), messages by
         * permessage-deflate and gRPC's gzip. Once for all readers of the same events.
         */
        @WithDefault("false")
        boolean enabled();

        /** 1 (fastest) to 9 (smallest). */
        @WithDefault("1")
        int level();

        /** What is shorter goes as it is: a run of events, or a message. */
        @WithDefault("256")
        MemorySize minBytes();
    }

    /** Pages that may use an edge from a browser. */
    @ConfigMapping(prefix = "sluice.browser")
    interface Browser {
        /** The cookie that holds the access token. Left out: no cookie is looked at. */
        Optional<String> cookie();
    }

    /** Connection tickets. */
    @ConfigMapping(prefix = "sluice.tickets")
    interface Tickets {
        /** Keys of 32 random bytes in base64, the same on all edges: the first one seals tickets, each opens them. To rotate: put the new one last, and when all replicas have it, first; when that is everywhere, take the old one away. Left out: there are no tickets. */
        Optional<List<String>> keys();

        /** How long a ticket can be used; at most 5m. */
        @WithDefault("30s")
        Duration ttl();
    }

    /** Where operators ask for sessions. */
    @ConfigMapping(prefix = "sluice.operator")
    interface Operator {
        /** The port that lists the sessions; 0: there is none. Whoever reaches it sees everything, without a token. */
        @WithDefault("0")
        int port();

        /** The address that it listens on; by default this machine (or pod) alone reaches it. */
        @WithDefault("127.0.0.1")
        String host();
    }

    /**
     * @param key of a limit, without its prefix
     * @throws IllegalArgumentException naming the key, when the value is none
     */
    static <T extends Number> T positive(String key, T value) {
        if (value.longValue() < 0) {
            throw new IllegalArgumentException("sluice.limits." + key + " is positive, or 0 for no limit");
        }
        return value;
    }
}
