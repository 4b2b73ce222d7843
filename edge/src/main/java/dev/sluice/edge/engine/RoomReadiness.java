package dev.sluice.edge.engine;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready when nearly as many are connected as may be, so that new clients are sent to replicas that have room. */
@Readiness
@Singleton
class RoomReadiness implements HealthCheck {
    private final Engine engine;

    RoomReadiness(Engine engine) {
        this.engine = engine;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("room for connections")
                .status(engine.isRoomy())
                .build();
    }
}
