package dev.sluice.fanout;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.event.KafkaEvents.Skip;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.fanout.cold.BoundsOfLog;
import dev.sluice.fanout.cold.KafkaColdLog;
import dev.sluice.fanout.log.LogListener;
import dev.sluice.fanout.log.LogTail;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.position.PositionBook;
import dev.sluice.fanout.position.PositionTail;
import dev.sluice.fanout.position.PositionWriter;
import dev.sluice.fanout.session.Admission;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.DeliveryListener;
import dev.sluice.fanout.session.Lifetime;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionMetrics;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.fanout.session.SessionView;
import dev.sluice.fanout.session.Sessions;
import dev.sluice.kafka.TopicReader;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * The engine of an edge: reads the log, keeps its recent part, and serves sessions from it. Safe on any thread.
 *
 * <p>The way of an event: {@link LogTail} reads it from Kafka and appends it to {@link RecentLog}; each event loop fetches it from
 * there and offers it to the cohorts that want its channel, each of which is all readers whose bytes are the same; a cohort has its body
 * encoded (once for all formats alike) and framed with its cursor (once for itself); at the end of the batch each member's {@link Outlet},
 * which is the socket, gets the same bytes, or its subscription falls behind and reads by itself.
 */
public final class Fanout implements AutoCloseable {
    /** Over how long those are sent away whose log is no longer the one that it was. */
    private static final Duration RESTART_WINDOW = Duration.ofSeconds(2);

    private final Admin admin;
    private final LogTail tail;
    private final KafkaColdLog cold;
    private final SessionMetrics metrics;
    private final Admission admission;
    private final PositionBook positions;
    /** For what would keep an event loop too long. Its thread is replaced when it ends. */
    private final ExecutorService searching = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "sluice-search");
        thread.setDaemon(true);
        return thread;
    });

    private final TopicReader positionReader;
    private volatile @Nullable Sessions sessions;
    private volatile @Nullable RecentLog recent;
    private volatile @Nullable TopicBinding topic;
    private volatile boolean draining;

    /** @param bodies all formats of events that this edge speaks */
    public Fanout(
            FanoutOptions options,
            List<BodyFormat> bodies,
            MeterRegistry registry,
            DeliveryListener deliveries,
            Clock clock) {
        Map<String, Object> adminConfig = new HashMap<>(options.log().kafka());
        adminConfig
                .keySet()
                .removeIf(key -> key.startsWith("key.") || key.startsWith("value.") || key.startsWith("group."));
        // A client that asks for a time while Kafka is away shall hear so soon.
        adminConfig.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        adminConfig.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        this.admin = Admin.create(adminConfig);
        this.metrics = new SessionMetrics(registry);
        this.admission = new Admission(options.connections());
        this.positions = new PositionBook(options.positions().namesPerUser());
        this.positionReader = new TopicReader(
                "positions",
                options.log().kafka(),
                options.positions().topic(),
                new PositionTail(options.positions().topic(), positions),
                registry);
        var times = new KafkaLogTimes(admin, options.log().topic());
        var bounds = new BoundsOfLog(
                admin, options.log().topic(), times, options.cold().maxRewind(), clock);
        this.cold = new KafkaColdLog(options.log(), options.cold(), bodies.size(), bounds, registry);
        this.tail = new LogTail(
                options.log(),
                bodies.size(),
                admin,
                new LogListener() {
                    @Override
                    public void opened(RecentLog log, TopicBinding binding) {
                        Sessions before = sessions;
                        recent = log;
                        topic = binding;
                        sessions = new Sessions(
                                log,
                                cold,
                                binding,
                                times,
                                searching,
                                positions,
                                metrics,
                                admission,
                                deliveries,
                                bodies,
                                new Lifetime(options.heartbeats(), options.maxAge(), options.stalledAfter(), clock));
                        if (before != null) {
                            cold.forget();
                            var unused = before.end(Reason.UNAVAILABLE, RESTART_WINDOW);
                        }
                    }

                    @Override
                    public void advanced() {
                        Sessions current = sessions;
                        if (current != null) {
                            current.advanced();
                        }
                    }
                },
                registry);
        register(registry);
    }

    private void register(MeterRegistry registry) {
        Gauge.builder("sluice.log.lag", tail, LogTail::lag)
                .description("Records of the log that this replica has not read yet")
                .register(registry);
        Gauge.builder("sluice.log.held", tail, LogTail::held)
                .description("Those of them that Kafka holds back, because a transaction has not ended")
                .register(registry);
        for (Skip reason : Skip.values()) {
            FunctionCounter.builder("sluice.log.skipped", tail.skipped(), skipped -> skipped.count(reason))
                    .tag("reason", reason.code())
                    .description("Records that are no events, for example because their key is no channel")
                    .register(registry);
        }
        FunctionCounter.builder("sluice.log.repeated", tail, LogTail::repeated)
                .description("Events that were dropped because they repeat an earlier one")
                .register(registry);
        Gauge.builder("sluice.connections.limit", admission, Admission::limit)
                .description("How many sessions there may be; 0: any number")
                .register(registry);
        Gauge.builder("sluice.log.events", this, engine -> engine.recent == null ? 0 : engine.recent.events())
                .description("Events of the log in memory")
                .register(registry);
        Gauge.builder("sluice.positions", positions, PositionBook::names)
                .description("Positions of acknowledged subscriptions that are known")
                .register(registry);
    }

    public void start() {
        tail.start();
        cold.start();
        positionReader.start();
    }

    /** Whether it has caught up with the log, all that reads Kafka is at work, and it does not drain, so that clients can be served. */
    public boolean isReady() {
        return sessions != null
                && !draining
                && tail.isCaughtUp()
                && tail.isWell()
                && cold.isWell()
                && positionReader.isWell();
    }

    /** Whether one of the threads that read Kafka has ended unexpectedly time and again, so that a new process is worth a try. */
    public boolean isHopeless() {
        return tail.isHopeless() || cold.isHopeless() || positionReader.isHopeless();
    }

    /**
     * Opens a session; must be called on its event loop.
     *
     * @return empty as long as this replica is not ready, and when it drains
     * @throws Rejected when it would be one too many
     */
    public Optional<Session> open(EventExecutor loop, Outlet outlet, SessionOptions options) throws Rejected {
        Sessions current = sessions;
        return current == null || draining || !tail.isCaughtUp()
                ? Optional.empty()
                : current.open(loop, outlet, options);
    }

    /** Whether it is on its way out: no new sessions. */
    public boolean isDraining() {
        return draining;
    }

    /**
     * Takes no new sessions, and ends those that there are in random order over the window, each with its cursor and the time to come
     * back.
     *
     * @return completes when there is none any more and the network has their last words; on any thread
     */
    public CompletionStage<Void> drain(Duration window) {
        draining = true;
        Sessions current = sessions;
        return current == null ? CompletableFuture.completedStage(null) : current.end(Reason.DRAINING, window);
    }

    /**
     * Everything before the cursor was processed: moves a position on, whether its subscription is served here or elsewhere.
     *
     * @param answer on any thread, once; empty when Kafka has it
     * @throws Rejected when the cursor is of another topic, or this would be one name too many for its user
     */
    public void acknowledge(DurableName name, Cursor cursor, PositionWriter writer, Consumer<Optional<Problem>> answer)
            throws Rejected {
        TopicBinding here = topic;
        if (here == null) {
            throw Problem.of(Reason.UNAVAILABLE, "this replica does not know the topic yet")
                    .rejected();
        }
        positions.acknowledge(name, cursor.requireTopic("cursor", here), writer, answer);
    }

    /** See {@link Sessions#revoke}. */
    public void revoke(Revocation revocation) {
        Sessions current = sessions;
        if (current != null) {
            current.revoke(revocation);
        }
    }

    /** See {@link Sessions#shed}. */
    public void shed(double share) {
        Sessions current = sessions;
        if (current != null) {
            current.shed(share);
        }
    }

    /** See {@link Sessions#list}. */
    public CompletionStage<List<SessionView>> sessions(String after, int most) {
        Sessions current = sessions;
        return current == null ? CompletableFuture.completedStage(List.of()) : current.list(after, most);
    }

    /** Who may open a session. */
    public Admission admission() {
        return admission;
    }

    public SessionMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        searching.shutdownNow();
        tail.close();
        positionReader.close();
        cold.close();
        admin.close(Duration.ofSeconds(2));
    }
}
