package dev.sluice.edge.engine;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/**
 * As many event loops as there are cores, where nobody says otherwise. Quarkus makes two for each core, for those who block some of the
 * time. Here nothing does, and each loop frames each event once for its readers: with half the loops that is done half as often, and what
 * is written to a socket at once is longer. Made by the configuration itself, when it is built.
 */
public final class EventLoops implements SmallRyeConfigBuilderCustomizer {
    private static final String COUNT = "quarkus.vertx.event-loops-pool-size";

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withDefaultValue(COUNT, Integer.toString(Runtime.getRuntime().availableProcessors()));
    }
}
