package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the sessions of a replica tell Prometheus. Tags come from closed sets only. Safe on any thread. */
public final class SessionMetrics {
    private final MeterRegistry registry;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final Counter events;
    private final Counter bytes;
    private final Timer latency;
    private final Timer duration;
    private final Counter behind;

    public SessionMetrics(MeterRegistry registry) {
        this.registry = registry;
        registry.gauge("sluice.connections.active", active);
        registry.gauge("sluice.subscriptions.active", subscriptions);
        events = Counter.builder("sluice.events.delivered")
                .description("Events written to clients' sockets")
                .register(registry);
        bytes = Counter.builder("sluice.bytes.delivered")
                .baseUnit("bytes")
                .description("Bytes of frames written to clients' sockets")
                .register(registry);
        latency = Timer.builder("sluice.delivery.latency")
                .description(
                        "From the log's time of an event to its frames being written, once per event and event loop")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30))
                .register(registry);
        duration = Timer.builder("sluice.connection.duration")
                .description("How long connections lasted")
                .serviceLevelObjectives(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(10),
                        Duration.ofHours(1),
                        Duration.ofHours(12))
                .register(registry);
        behind = Counter.builder("sluice.subscriptions.fell.behind")
                .description("Times that a subscription's socket was full and it began to read from the log")
                .register(registry);
    }

    void opened() {
        active.incrementAndGet();
    }

    /** @param why a reason's code, or {@code client} when the peer left */
    void closed(String why, long nanos) {
        active.decrementAndGet();
        duration.record(nanos, TimeUnit.NANOSECONDS);
        registry.counter("sluice.disconnects", "reason", why).increment();
    }

    void subscribed(int difference) {
        subscriptions.addAndGet(difference);
    }

    void delivered(long eventCount, long byteCount) {
        events.increment(eventCount);
        bytes.increment(byteCount);
    }

    void latency(long millis) {
        latency.record(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }

    void fellBehind() {
        behind.increment();
    }

    void gap(GapReason reason) {
        registry.counter("sluice.gaps", "reason", reason.code()).increment();
    }

    /** A request that was refused before or inside a session. Called by the edges. */
    public void refused(Problem problem) {
        registry.counter("sluice.requests.refused", "reason", problem.reason().code())
                .increment();
        Limit limit = problem.limit();
        if (limit != null) {
            registry.counter("sluice.limits.hit", "limit", limit.code()).increment();
        }
    }
}
