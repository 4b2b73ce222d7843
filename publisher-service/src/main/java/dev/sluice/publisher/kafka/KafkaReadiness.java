package dev.sluice.publisher.kafka;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when Kafka answered last time (it is asked every second) and the topic can be used. Asks nobody itself. */
@Readiness
@Singleton
class KafkaReadiness implements HealthCheck {
    private final KafkaLog log;

    KafkaReadiness(KafkaLog log) {
        this.log = log;
    }

    @Override
    public HealthCheckResponse call() {
        String complaint = log.complaint();
        var response = HealthCheckResponse.named("kafka").status(complaint == null);
        return complaint == null
                ? response.build()
                : response.withData("error", complaint).build();
    }
}
