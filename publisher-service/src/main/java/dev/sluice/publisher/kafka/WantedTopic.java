package dev.sluice.publisher.kafka;

import dev.sluice.identity.RevocationsConfig;
import java.util.Map;

/**
 * A topic as it is to be.
 *
 * @param key of the configuration that names it
 * @param create whether it is created when it is missing
 * @param configs of a created one
 * @param essential what whoever creates it by hand must not forget
 */
record WantedTopic(
        String name,
        String key,
        boolean create,
        int partitions,
        short replicationFactor,
        Map<String, String> configs,
        String essential) {
    static final String TIMESTAMP_TYPE = "message.timestamp.type";
    static final String LOG_APPEND_TIME = "LogAppendTime";

    /** The log. */
    static WantedTopic events(TopicConfig config) {
        return new WantedTopic(
                config.name(),
                "sluice.topic.name",
                config.create(),
                config.partitions(),
                config.replicationFactor(),
                Map.of(
                        TIMESTAMP_TYPE,
                        LOG_APPEND_TIME,
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        String.valueOf(config.retention().toMillis())),
                TIMESTAMP_TYPE + "=" + LOG_APPEND_TIME);
    }

    /** What tells all replicas that tokens were revoked. One partition: each of them reads all of it. */
    static WantedTopic revocations(RevocationsConfig revocations, TopicConfig config) {
        return new WantedTopic(
                revocations.topic(),
                "sluice.revocations.topic",
                config.create(),
                1,
                config.replicationFactor(),
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        String.valueOf(revocations.retention().toMillis())),
                "a retention of " + revocations.retention());
    }

    /** The positions of acknowledged subscriptions. One partition is plenty: what a replica can't read all of, it could not serve. */
    static WantedTopic positions(PositionsConfig positions, TopicConfig config) {
        return new WantedTopic(
                positions.topic(),
                "sluice.positions.topic",
                config.create(),
                1,
                config.replicationFactor(),
                Map.of("cleanup.policy", "compact"),
                "cleanup.policy=compact");
    }
}
