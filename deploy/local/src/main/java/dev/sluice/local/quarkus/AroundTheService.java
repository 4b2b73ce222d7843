package dev.sluice.local.quarkus;

import dev.sluice.local.Surroundings;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Kafka and the identity provider as processes; the service itself runs in the JVM of the tests. */
public final class AroundTheService implements QuarkusTestResourceLifecycleManager {
    private @Nullable Surroundings surroundings;

    @Override
    public Map<String, String> start() {
        surroundings = Surroundings.start(Path.of("target/around-the-service"));
        var config = new HashMap<>(surroundings.config());
        config.put("quarkus.http.test-port", "0");
        config.put("sluice.auth.rules.rooms.subscribe", "rooms.**");
        config.put("sluice.auth.rules.rooms.publish", "rooms.**");
        config.put("sluice.browser.origins", "https://app.example.com");
        config.put("sluice.tickets.keys", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        return config;
    }

    @Override
    public void inject(TestInjector tests) {
        tests.injectIntoFields(
                Objects.requireNonNull(surroundings),
                new TestInjector.AnnotatedAndMatchesType(Around.class, Surroundings.class));
    }

    @Override
    public void stop() {
        if (surroundings != null) {
            surroundings.close();
        }
    }
}
