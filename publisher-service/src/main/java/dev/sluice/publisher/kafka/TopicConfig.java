package dev.sluice.publisher.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The topic that is the log, and how it is made when it is missing. */
@ConfigMapping(prefix = "sluice.topic")
public interface TopicConfig {

    /** The topic's name. The edges read the same key. */
    @WithDefault("sluice.events")
    String name();

    /** Whether a missing topic is created; if not, the publisher does not start without it. */
    @WithDefault("true")
    boolean create();

    /** Partitions of a created topic. */
    @WithDefault("12")
    int partitions();

    /** Replicas of each partition of a created topic; -1 leaves it to the broker (default.replication.factor). */
    @WithDefault("-1")
    short replicationFactor();

    /** How long a created topic keeps events, and so how far back a client can resume. */
    @WithDefault("7d")
    Duration retention();
}
