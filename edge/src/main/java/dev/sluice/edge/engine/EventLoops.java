package dev.sluice.edge.engine;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.util.Map;

/**
 * As many event loops as there are cores, where nobody says otherwise. Quarkus makes two for each core, for those who block some of the
 * time. Here nothing does, and each loop frames each event once for its readers: with half the loops that is done half as often, and what
 * is written to a socket at once is longer. Called by the configuration, when it is built and when the service starts.
 */
public final class EventLoops implements SmallRyeConfigBuilderCustomizer {
    static final String COUNT = "quarkus.vertx.event-loops-pool-size";
    /** Below every file, and above what Quarkus keeps as a default of the machine that the service was built on. */
    private static final int ORDINAL = 50;

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        String cores = Integer.toString(Runtime.getRuntime().availableProcessors());
        builder.withSources(new PropertiesConfigSource(Map.of(COUNT, cores), "a loop for each core", ORDINAL));
    }
}
