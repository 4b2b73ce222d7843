package dev.sluice.edge.engine;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.Fanout;
import dev.sluice.fanout.FanoutOptions;
import dev.sluice.fanout.log.LogTailOptions;
import dev.sluice.fanout.log.RecentLogLimits;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The engine as a bean: made of the configuration, started and stopped with the application. Safe on any thread. */
@Singleton
@Startup
public class Engine {
    /** How soon an added partition is found. */
    private static final Duration TOPIC_CHECK = Duration.ofSeconds(10);

    private final Fanout fanout;
    private final Vertx vertx;

    Engine(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            @ConfigProperty(name = "sluice.topic.name", defaultValue = "sluice.events") String topic,
            MemoryConfig memory,
            HeartbeatConfig heartbeat,
            Formats formats,
            MeterRegistry registry,
            Vertx vertx) {
        this.vertx = vertx;
        var limits = new RecentLogLimits(memory.bytes().asLongValue(), memory.events(), memory.age());
        this.fanout = new Fanout(
                new FanoutOptions(new LogTailOptions(kafka, topic, limits, TOPIC_CHECK), heartbeat.interval()),
                formats.bodies(),
                registry,
                Clock.systemUTC());
    }

    @PostConstruct
    void start() {
        fanout.start();
    }

    @PreDestroy
    void stop() {
        fanout.close();
    }

    /** Whether this replica has caught up with the log. */
    public boolean isReady() {
        return fanout.isReady();
    }

    /**
     * Opens a session on the event loop that it is called on.
     *
     * @throws Rejected {@code unavailable} as long as this replica has not caught up with the log
     */
    public Session open(Outlet outlet, SessionOptions options) throws Rejected {
        var loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        return fanout.open(loop, outlet, options)
                .orElseThrow(() -> Problem.of(Reason.UNAVAILABLE, "this replica has not caught up with the log yet")
                        .rejected());
    }

    /** Counts a request that was refused. */
    public void countRefusal(Problem problem) {
        fanout.metrics().refused(problem.reason());
    }
}
