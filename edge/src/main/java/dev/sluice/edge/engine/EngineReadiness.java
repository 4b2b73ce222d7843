package dev.sluice.edge.engine;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the log was caught up with. It stays so when Kafka goes away: clients keep their connections, and get heartbeats. */
@Readiness
@Singleton
class EngineReadiness implements HealthCheck {
    private final Engine engine;

    EngineReadiness(Engine engine) {
        this.engine = engine;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("caught up with the log")
                .status(engine.isReady())
                .build();
    }
}
