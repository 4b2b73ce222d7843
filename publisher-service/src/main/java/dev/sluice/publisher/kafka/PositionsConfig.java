package dev.sluice.publisher.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The compacted topic that holds the positions of acknowledged subscriptions. */
@ConfigMapping(prefix = "sluice.positions")
public interface PositionsConfig {

    /** The topic's name. It is created as sluice.topic.* says, with one partition; that number must not change. The edges read the same key. */
    @WithDefault("sluice.positions")
    String topic();

    /** How many acknowledged subscriptions a user may have; the publisher decides, edges refuse early by the same key. */
    @WithDefault("100")
    int namesPerUser();
}
