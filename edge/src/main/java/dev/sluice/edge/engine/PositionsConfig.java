package dev.sluice.edge.engine;

import dev.sluice.fanout.position.PositionOptions;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Acknowledged subscriptions. */
@ConfigMapping(prefix = "sluice.positions")
public interface PositionsConfig {
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
