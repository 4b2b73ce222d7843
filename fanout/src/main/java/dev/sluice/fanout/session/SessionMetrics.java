package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the sessions of a replica tell Prometheus. Tags come from closed sets only. Safe on any thread. */
public final class SessionMetrics {
    /** Why a session ended whose peer left. */
    static final String LEFT = "client";

    /** Why a session ended that was opened for one answer, which is out. */
    static final String ANSWERED = "answered";

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
        Gauge.builder("sluice.connections.active", active, AtomicInteger::get)
                .description("Open sessions")
                .register(registry);
        Gauge.builder("sluice.subscriptions.active", subscriptions, AtomicInteger::get)
                .description("Subscriptions of open sessions")
                .register(registry);
        events = Counter.builder("sluice.events.delivered")
                .description("Events written to clients' sockets")
                .register(registry);
        bytes = Counter.builder("sluice.bytes.delivered")
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
        registerAll();
    }

    /** Each series there may be, at 0: a counter that appears with its first increment has, to {@code increase()}, not moved. */
    private void registerAll() {
        disconnects(LEFT);
        disconnects(ANSWERED);
        for (Reason reason : Reason.values()) {
            disconnects(reason.code());
            refusals(reason);
        }
        for (GapReason reason : GapReason.values()) {
            gaps(reason);
        }
        for (Limit limit : Limit.values()) {
            limits(limit);
        }
    }

    private Counter disconnects(String why) {
        return Counter.builder("sluice.disconnects")
                .description("Sessions that ended")
                .tag("reason", why)
                .register(registry);
    }

    private Counter refusals(Reason reason) {
        return Counter.builder("sluice.requests.refused")
                .description("Requests that were refused before a session")
                .tag("reason", reason.code())
                .register(registry);
    }

    private Counter gaps(GapReason reason) {
        return Counter.builder("sluice.gaps")
                .description("Gaps told to clients")
                .tag("reason", reason.code())
                .register(registry);
    }

    private Counter limits(Limit limit) {
        return Counter.builder("sluice.limits.hit")
                .description("Times that a client was refused because it asked for more than there may be")
                .tag("limit", limit.code())
                .register(registry);
    }

    void opened() {
        active.incrementAndGet();
    }

    /** @param why a reason's code, {@link #LEFT} or {@link #ANSWERED} */
    void closed(String why, long nanos) {
        active.decrementAndGet();
        duration.record(nanos, TimeUnit.NANOSECONDS);
        disconnects(why).increment();
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
        gaps(reason).increment();
    }

    /** A request that was refused before or inside a session. Called by the edges. */
    public void refused(Problem problem) {
        refusals(problem.reason()).increment();
        Limit limit = problem.limit();
        if (limit != null) {
            limits(limit).increment();
        }
    }
}
