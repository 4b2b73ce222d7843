package dev.sluice.edge.engine;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.EdgeConfig;
import dev.sluice.edge.trace.DeliveryTraces;
import dev.sluice.fanout.Fanout;
import dev.sluice.fanout.FanoutOptions;
import dev.sluice.fanout.log.LogTailOptions;
import dev.sluice.fanout.log.RecentLogLimits;
import dev.sluice.fanout.position.PositionWriter;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Peer;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.fanout.session.SessionView;
import dev.sluice.identity.Revocations;
import dev.sluice.identity.http.RefusalCount;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The engine as a bean: made of the configuration, started and stopped with the application. Safe on any thread. */
@Singleton
@Startup
public class Engine implements RefusalCount {
    /** How soon an added partition is found, or that the topic was made anew. */
    private static final Duration TOPIC_CHECK = Duration.ofSeconds(1);

    private static final Duration MEMORY_CHECK = Duration.ofMillis(250);

    /** For the last ones to be told and gone, above the window. */
    private static final Duration DRAIN_SLACK = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(Engine.class);

    private final Fanout fanout;
    private final Vertx vertx;
    private final Revocations revocations;
    private final Duration drainWindow;
    private final MemoryWatch memoryWatch;
    /** Not an event loop: when memory has run out, those wait for the JDK to find some, for half a second each time. */
    private final ScheduledExecutorService watching = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "sluice-memory");
        thread.setDaemon(true);
        return thread;
    });

    Engine(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            @ConfigProperty(name = "sluice.topic.name", defaultValue = "sluice.events") String topic,
            EdgeConfig.Memory memory,
            EdgeConfig.Dedupe dedupe,
            EdgeConfig.Cold cold,
            EdgeConfig.Positions positions,
            EdgeConfig.Heartbeat heartbeat,
            EdgeConfig.Drain drain,
            EdgeConfig.Connection connection,
            EdgeConfig.Limits limits,
            Formats formats,
            MeterRegistry registry,
            DeliveryTraces traces,
            Revocations revocations,
            Vertx vertx) {
        this.vertx = vertx;
        this.revocations = revocations;
        this.drainWindow = drain.window();
        HeapRoom room = HeapRoom.of(Runtime.getRuntime().maxMemory(), memory, cold, limits);
        LOG.infof("Room in the heap: log=%d, connections=%d", room.logBytes(), room.connections());
        var recent = new RecentLogLimits(room.logBytes(), memory.events(), memory.age());
        this.fanout = new Fanout(
                new FanoutOptions(
                        new LogTailOptions(kafka, topic, recent, dedupe.limits(), TOPIC_CHECK),
                        cold.options(),
                        positions.options(),
                        heartbeat.bounds(),
                        connection.maxAge(),
                        connection.stalledAfter().filter(after -> !after.isZero()),
                        limits.sessions(room.connections())),
                formats.bodies(),
                registry,
                traces,
                Clock.systemUTC());
        var left = new MemoryLeft();
        this.memoryWatch = new MemoryWatch(left::direct, left::heap, left::collections, fanout::shed);
        Gauge.builder("sluice.ready", this, engine -> engine.isReady() && engine.isRoomy() ? 1 : 0)
                .description("1 when this replica can do its work")
                .register(registry);
    }

    @PostConstruct
    void start() {
        revocations.onRevocation(fanout::revoke);
        fanout.start();
        var unused =
                watching.scheduleWithFixedDelay(memoryWatch::look, 0, MEMORY_CHECK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        watching.shutdownNow();
        fanout.close();
    }

    /** Whether this replica has caught up with the log. */
    public boolean isReady() {
        return fanout.isReady();
    }

    /** Whether what reads Kafka has failed time and again, so that a new process is worth a try. */
    boolean isHopeless() {
        return fanout.isHopeless();
    }

    /** Whether this replica has room for many more. */
    public boolean isRoomy() {
        return fanout.admission().isRoomy() && !memoryWatch.isShort();
    }

    /**
     * For whom something has to be done before a session can be opened.
     *
     * @throws Rejected when it would not be opened now
     */
    public void require(Peer peer) throws Rejected {
        if (!isReady()) {
            throw refusal().rejected();
        }
        requireMemory();
        fanout.admission().require(peer);
    }

    /**
     * Opens a session on the event loop that it is called on.
     *
     * @throws Rejected {@code unavailable} as long as this replica has not caught up with the log or has no room left, {@code
     *     draining} when it is about to end, {@code limited} when it would be one too many of this peer, {@code
     *     revoked} when its token has just been taken back
     */
    public Session open(Outlet outlet, SessionOptions options) throws Rejected {
        // On the loop once more: a revocation that comes after this finds the session.
        Optional<Problem> revoked = revocations.refusal(options.token());
        if (revoked.isPresent()) {
            throw revoked.get().rejected();
        }
        requireMemory();
        var loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        return fanout.open(loop, outlet, options).orElseThrow(() -> refusal().rejected());
    }

    /** Whoever came in now would be the first to be sent away. */
    private void requireMemory() throws Rejected {
        if (memoryWatch.isShort()) {
            throw Problem.of(
                            Reason.UNAVAILABLE,
                            "this replica is short of memory; come back, and another one will serve")
                    .rejected();
        }
    }

    /**
     * Moves a position on, whether its subscription is served here or elsewhere.
     *
     * @param answer on any thread, once; empty when Kafka has it
     * @throws Rejected when the cursor is of another topic, or this would be one name too many for its user
     */
    public void acknowledge(DurableName name, Cursor cursor, PositionWriter writer, Consumer<Optional<Problem>> answer)
            throws Rejected {
        fanout.acknowledge(name, cursor, writer, answer);
    }

    /** See {@link Fanout#sessions}. */
    public CompletionStage<List<SessionView>> sessions(String after, int most) {
        return fanout.sessions(after, most);
    }

    /** Whether it lets its clients go. */
    public boolean isDraining() {
        return fanout.isDraining();
    }

    /** Why there is no session to be had here now. */
    public Problem refusal() {
        return fanout.isDraining()
                ? Problem.of(Reason.DRAINING, "this replica is going away; come back, and another one will serve")
                : Problem.of(Reason.UNAVAILABLE, "this replica has not caught up with the log yet");
    }

    /** The process was told to end (SIGTERM): lets the clients go, and returns when they have gone. */
    void drain(@Observes ShutdownDelayInitiatedEvent told) throws InterruptedException {
        Duration patience = drainWindow.plus(DRAIN_SLACK);
        LOG.infof("Draining: window=%s", drainWindow);
        try {
            fanout.drain(drainWindow).toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info("Drained");
        } catch (TimeoutException late) {
            LOG.warnf("Not all sessions have ended: patience=%s", patience);
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug);
        }
    }

    @Override
    public void countRefusal(Problem problem) {
        fanout.metrics().refused(problem);
    }
}
