package dev.sluice.publisher;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.identity.http.RefusalCount;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

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
    /** Found once: they are counted with each event. */
    private final Map<Form, Counter> stored = new EnumMap<>(Form.class);

    private final Map<Form, Counter> bytes = new EnumMap<>(Form.class);

    PublishMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.duration = Timer.builder("sluice.publish.duration")
                .description("From the event having been read to Kafka's acknowledgement")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        registerAll();
    }

    /** Each series there may be, at 0: a counter that appears with its first increment has, to {@code increase()}, not moved. */
    private void registerAll() {
        for (Form form : Form.values()) {
            stored.put(form, events(form, STORED));
            bytes.put(form, bytes(form));
            for (Reason reason : Reason.values()) {
                events(form, reason.code());
            }
        }
        for (Limit limit : Limit.values()) {
            limits(limit);
        }
    }

    private Counter events(Form form, String outcome) {
        return Counter.builder("sluice.publish.events")
                .description("Events posted")
                .tag("form", form.tag())
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter bytes(Form form) {
        return Counter.builder("sluice.publish.bytes")
                .description("Data of stored events")
                .tag("form", form.tag())
                .register(registry);
    }

    private Counter limits(Limit limit) {
        return Counter.builder("sluice.limits.hit")
                .description("Times that a client was refused because it asked for more than there may be")
                .tag("limit", limit.code())
                .register(registry);
    }

    void stored(Form form, int size, long startedNanos) {
        duration.record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
        Objects.requireNonNull(stored.get(form)).increment();
        Objects.requireNonNull(bytes.get(form)).increment(size);
    }

    void refused(Form form, Problem problem) {
        events(form, problem.reason().code()).increment();
        countRefusal(problem);
    }

    /** Also of what never became a publish. */
    @Override
    public void countRefusal(Problem problem) {
        Limit limit = problem.limit();
        if (limit != null) {
            limits(limit).increment();
        }
    }
}
