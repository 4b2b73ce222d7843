package dev.sluice.edge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    private static SmallRyeConfigBuilder builder() {
        // What Quarkus found when it built the service, on a machine of 64 cores.
        return new SmallRyeConfigBuilder()
                .withDefaultValue(EventLoops.COUNT, "64")
                .withCustomizers(new EventLoops());
    }

    @Test
    void shouldBeOneForEachCoreOfThisMachine() {
        assertThat(builder().build().getValue(EventLoops.COUNT, Integer.class))
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void shouldBeAsManyAsAnybodySays() {
        var file = new PropertiesConfigSource(Map.of(EventLoops.COUNT, "7"), "microprofile-config.properties", 90);
        assertThat(builder().withSources(file).build().getValue(EventLoops.COUNT, Integer.class))
                .isEqualTo(7);
    }

    @Test
    void shouldBeFoundByTheConfiguration() {
        assertThat(ServiceLoader.load(SmallRyeConfigBuilderCustomizer.class))
                .hasAtLeastOneElementOfType(EventLoops.class);
    }
}
