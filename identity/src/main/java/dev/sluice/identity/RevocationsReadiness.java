package dev.sluice.identity;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once it is known which tokens were revoked, as long as somebody reads on. */
@Readiness
@Singleton
class RevocationsReadiness implements HealthCheck {
    private final Revocations revocations;

    RevocationsReadiness(Revocations revocations) {
        this.revocations = revocations;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("revocations are known")
                .status(revocations.isKnown() && revocations.isWell())
                .build();
    }
}
