package dev.sluice.publisher;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.identity.http.RefusalCount;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What is counted of publishing. Tags come from closed sets only. Safe on any thread. */
@Singleton
class PublishMetrics implements RefusalCount {
    private static final String STORED = "stored";
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Timer duration;

    PublishMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.duration = Timer.builder("sluice.publish.duration")
                .description("From the event having been read to Kafka's acknowledgement")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    void stored(Form form, int bytes, long startedNanos) {
        duration.record(Duration.ofNanos(System.nanoTime() - startedNanos));
        count(form, STORED);
        registry.counter("sluice.publish.bytes", "form", form.tag()).increment(bytes);
    }

    void refused(Form form, Problem problem) {
        count(form, problem.reason().code());
        countRefusal(problem);
    }

    /** Also of what never became a publish. */
    @Override
    public void countRefusal(Problem problem) {
        Limit limit = problem.limit();
        if (limit != null) {
            registry.counter("sluice.limits.hit", "limit", limit.code()).increment();
        }
    }

    private void count(Form form, String outcome) {
        registry.counter("sluice.publish.events", "form", form.tag(), "outcome", outcome)
                .increment();
    }
}
