package dev.sluice.edge.engine;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Not live when a thread that reads Kafka ends time and again, whatever is begun anew here. That Kafka is away is no such thing. */
@Liveness
@Singleton
class EngineLiveness implements HealthCheck {
    private final Engine engine;

    EngineLiveness(Engine engine) {
        this.engine = engine;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("readers of Kafka")
                .status(!engine.isHopeless())
                .build();
    }
}
