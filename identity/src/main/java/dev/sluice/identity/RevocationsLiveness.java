package dev.sluice.identity;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Not live when the reader of revocations ends time and again, whatever is begun anew here. That Kafka is away is no such thing. */
@Liveness
@Singleton
class RevocationsLiveness implements HealthCheck {
    private final Revocations revocations;

    RevocationsLiveness(Revocations revocations) {
        this.revocations = revocations;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("reader of revocations")
                .status(!revocations.isHopeless())
                .build();
    }
}
