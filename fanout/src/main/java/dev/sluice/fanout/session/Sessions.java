package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.cold.LogTimes;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.position.PositionBook;
import io.netty.util.concurrent.EventExecutor;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/** All sessions of a replica, by event loop. Safe on any thread. */
public final class Sessions {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RecentLog log;
    private final CursorEncoder cursors;
    private final Places places;
    private final PositionBook positions;
    private final SessionMetrics metrics;
    private final Admission admission;
    private final DeliveryListener deliveries;
    private final List<BodyFormat> bodies;
    private final Lifetime lifetime;
    private final ConcurrentMap<EventExecutor, Loop> loops = new ConcurrentHashMap<>();
    private volatile boolean ending;

    /**
     * @param searching runs what would keep an event loop too long, one thing at a time
     * @param bodies all formats that sessions will ask for
     */
    public Sessions(
            RecentLog log,
            ColdLog cold,
            TopicBinding topic,
            LogTimes times,
            Executor searching,
            PositionBook positions,
            SessionMetrics metrics,
            Admission admission,
            DeliveryListener deliveries,
            List<BodyFormat> bodies,
            Lifetime lifetime) {
        this.log = log;
        this.cursors = new CursorEncoder(topic);
        this.places = new Places(log, cold, topic, times, searching);
        this.positions = positions;
        this.metrics = metrics;
        this.admission = admission;
        this.deliveries = deliveries;
        this.bodies = List.copyOf(bodies);
        this.lifetime = lifetime;
    }

    /**
     * Opens a session. Must be called on its loop.
     *
     * @return empty when these sessions are being ended
     * @throws Rejected when it would be one too many
     */
    public Optional<Session> open(EventExecutor loop, Outlet outlet, SessionOptions options) throws Rejected {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("a session is opened on its own event loop");
        }
        if (ending) {
            return Optional.empty();
        }
        Loop its = loops.computeIfAbsent(loop, this::newLoop);
        if (ending) {
            // It may have been made in this moment, after all others were ended: it must not tick on.
            var unused = its.wheel().end(Reason.DRAINING, Duration.ZERO);
            return Optional.empty();
        }
        admission.enter(options.peer());
        var session = new Session(newId(), outlet, options, its, places, positions, metrics, lifetime);
        its.wheel().add(session);
        return Optional.of(session);
    }

    private Loop newLoop(EventExecutor loop) {
        var fresh = new Loop(loop, log, cursors, bodies, metrics, deliveries, admission, lifetime);
        // The head may have moved on since it took its place, before the tail could know of it.
        fresh.wake();
        return fresh;
    }

    /** There is a new head. */
    public void advanced() {
        loops.values().forEach(Loop::wake);
    }

    /**
     * Ends all sessions, in random order and spread evenly over the window: each hears where it stood and when to come back. Nobody
     * can open a session here from now on.
     *
     * @return completes when there is none any more and the network has their last words; on any thread
     */
    public CompletionStage<Void> end(Reason reason, Duration window) {
        ending = true;
        // A loop ends what is open on it when its turn comes; what opens in between saw this flag.
        return CompletableFuture.allOf(loops.values().stream()
                .map(loop -> loop.wheel().end(reason, window))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Sends a share of all away, of each loop those who have not read for longest, as long as there are such. There is no memory for all of them. */
    public void shed(double share) {
        loops.values().forEach(loop -> loop.wheel().shed(share));
    }

    /** Ends the sessions of a token that was taken back. Who must not open one any more is for the edge to know by now. */
    public void revoke(Revocation revocation) {
        loops.values().forEach(loop -> loop.wheel().revoke(revocation));
    }

    /**
     * What an operator sees of the first sessions whose ids are greater, by id. A session that comes or goes meanwhile may be in it or
     * not; each that stays is in exactly one page.
     *
     * @param after the id of the last one seen; empty for the first page
     */
    public CompletionStage<List<SessionView>> list(String after, int most) {
        List<CompletableFuture<List<SessionView>>> lists = loops.values().stream()
                .map(loop -> loop.wheel().list(after, most))
                .toList();
        return CompletableFuture.allOf(lists.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> lists.stream()
                        .flatMap(list -> list.join().stream())
                        .sorted(Comparator.comparing(SessionView::id))
                        .limit(most)
                        .toList());
    }

    private static String newId() {
        byte[] random = new byte[12];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
