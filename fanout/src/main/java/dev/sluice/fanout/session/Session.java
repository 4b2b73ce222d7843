package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.session.StartResolver.Beginning;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One connection and its subscriptions. All of it happens on the connection's event loop, so it needs no locks; what is
 * written during one turn of the loop goes to the socket at once.
 */
public final class Session {
    private static final Logger LOG = Logger.getLogger(Session.class);
    private static final byte[] NONE = {};
    private static final int READ_BUDGET = 2_048;
    /** What a frame has besides body and cursor, about. */
    private static final int FRAME_BYTES = 512;

    /** Two clients that come back by themselves must not take a name from each other without pause. */
    private static final Duration AFTER_SUPERSEDED = Duration.ofMinutes(1);

    private final String id;
    private final SessionOptions options;
    private final Loop loop;
    private final Outbox outbox;
    private final Vitals vitals;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>(2);
    /** Those that are no subscriptions yet. */
    private final Set<Opening> openings = new HashSet<>(0);

    private boolean reading;
    /** Whether it was opened for one subscription and ends with it. */
    private boolean forOne;

    private boolean opened;
    /** The first subscription, as long as nothing may be written before it has begun; else null. */
    private @Nullable Opening waiting;

    /** Written on its loop; who searches for its begin asks whether that is still wanted. */
    private volatile boolean closed;

    private int claimed;
    /** What to do when the last subscription has ended. */
    private Runnable idle = () -> {};

    Session(String id, Outlet outlet, SessionOptions options, Loop loop) {
        this.id = id;
        this.options = options;
        this.loop = loop;
        this.outbox = new Outbox(this, outlet, loop);
        this.vitals = new Vitals(this, options, loop);
    }

    public String id() {
        return id;
    }

    public boolean isClosed() {
        return closed;
    }

    // ---- For the edge

    /** Says {@code open}. An edge with one subscription a connection does so when that has started, and names its cursor. */
    public void open(String subscription, byte[] cursor) {
        opened = true;
        forOne = !subscription.isEmpty();
        fenced(() -> control(
                options.format(),
                subscription.isEmpty() ? NONE : options.format().label(subscription),
                new Control.Open(id, Instant.now(loop.parts().clock()), vitals.tokenExpires(), vitals.heartbeat()),
                cursor));
    }

    /** How often it says that it is alive: as often as the subscription that wants it most often. */
    public Duration heartbeatInterval() {
        return vitals.heartbeat();
    }

    /**
     * Subscribes; the listener hears of it at once or, when Kafka has to be asked first, later. When the session has closed by
     * then, it hears nothing.
     */
    public void subscribe(SubscriptionRequest request, SubscribeListener listener) {
        if (closed) {
            return;
        }
        try {
            requireFree(request);
            if (request.heartbeat() != null) {
                loop.parts().heartbeats().require(request.heartbeat());
            }
        } catch (Rejected refusal) {
            listener.refused(refusal.problem());
            return;
        }
        var opening = new Opening(this, loop, request, listener);
        if (!opened && subscriptions.isEmpty()) {
            waiting = opening;
        }
        if (request.durable() != null) {
            openings.add(opening);
        }
        fenced(() -> opening.start(id + "/" + claimed++));
    }

    private void requireFree(SubscriptionRequest request) throws Rejected {
        if (subscriptions.containsKey(request.name())) {
            throw Problem.malformed("id", "there is a subscription '" + request.name() + "' already")
                    .rejected();
        }
    }

    /** @return its cursor, or null when there is no such subscription */
    public byte @Nullable [] unsubscribe(String name) {
        Subscription subscription = closed ? null : subscriptions.remove(name);
        if (subscription == null) {
            return null;
        }
        byte[] cursor = subscription.cursor();
        subscription.close();
        changed();
        loop.parts().metrics().subscribed(-1);
        if (subscriptions.isEmpty()) {
            loop.later(idle);
        }
        return cursor;
    }

    /** What to do, in a later turn of the loop, whenever the last subscription has ended. */
    public void whenIdle(Runnable action) {
        idle = action;
    }

    /**
     * The client has processed what one of its subscriptions had before the cursor.
     *
     * @param answer on any thread, once; empty when Kafka has it
     * @throws Rejected when there is no such subscription, it is not an acknowledged one, or the cursor is of another topic
     */
    public void acknowledge(String name, Cursor cursor, Consumer<Optional<Problem>> answer) throws Rejected {
        Subscription subscription = subscriptions.get(name);
        if (subscription == null) {
            throw new Problem(Reason.NOT_FOUND, "subscription", "there is no such subscription on this connection")
                    .rejected();
        }
        Durable durable = subscription.request().durable();
        if (durable == null) {
            throw Problem.malformed("subscription", "this subscription is not durable: there is nothing to acknowledge")
                    .rejected();
        }
        cursor.requireTopic("cursor", loop.parts().cursors().topic());
        loop.parts().positions().acknowledge(durable.name(), cursor, durable.writer(), answer);
    }

    /** The requests of its subscriptions, oldest first. */
    public List<SubscriptionRequest> subscriptions() {
        return subscriptions.values().stream().map(Subscription::request).toList();
    }

    /** How many subscriptions it has, with those that are about to begin. */
    public int size() {
        return subscriptions.size() + openings.size();
    }

    /** Ends one subscription and says why; the session goes on. */
    public void closeSubscription(String name, Reason reason) {
        Subscription subscription = subscriptions.get(name);
        if (subscription != null) {
            byte[] cursor = subscription.cursor();
            control(subscription, new Control.Close(reason, Duration.ZERO), cursor);
            unsubscribe(name);
        }
    }

    /** Whether there is something to read yet that the log had before now. */
    public boolean isCatchingUp() {
        return !closed
                && subscriptions.values().stream()
                        .anyMatch(subscription -> !subscription.isLive() && !subscription.isPaused());
    }

    /**
     * By {@link System#nanoTime}, since when the peer has not taken what waits for it, which is when the first of its subscriptions fell
     * behind; empty: nothing waits, or all are live.
     */
    OptionalLong stuckSince() {
        return outbox.isWaiting()
                ? subscriptions.values().stream()
                        .filter(subscription -> !subscription.isLive())
                        .mapToLong(Subscription::behindSince)
                        .min()
                : OptionalLong.empty();
    }

    /** Ends because there is no memory for it. What waits for a peer that does not take it is what memory is needed for: it is let go at once. */
    void shed() {
        if (outbox.isWaiting()) {
            release(Reason.UNAVAILABLE.code());
            outbox.abort();
        } else {
            close(Reason.UNAVAILABLE, Wheel.comeBack());
        }
    }

    /** Counts an operation of the client that was refused. */
    public void countRefusal(Problem problem) {
        loop.parts().metrics().refused(problem);
    }

    /** Frames of the edge's own, in order with those of the engine. */
    public void write(Consumer<ByteBuf> frames) {
        if (!closed) {
            fenced(() -> {
                outbox.write(0, frames);
                outbox.flushIfLarge();
            });
        }
    }

    /** There is another token of the same user. */
    public void renew(TokenRef fresh, @Nullable Instant expires) {
        vitals.renew(fresh, expires);
    }

    /** The socket takes more again. */
    public void drained() {
        if (!closed) {
            pump();
        }
    }

    /** The peer has gone. */
    public void disconnected() {
        release(SessionMetrics.LEFT);
    }

    /** The answer is out that the session was opened for, as a poll's is. */
    public void answered() {
        release(SessionMetrics.ANSWERED);
    }

    /** Ends the session: each subscription's cursor, then {@code close}, then the end of the connection. */
    public void close(Reason reason, Duration reconnectAfter) {
        if (closed) {
            return;
        }
        Opening first = waiting;
        if (first != null) {
            // There is no stream yet that could be told; the request is refused instead.
            waiting = null;
            release(reason.code());
            first.listener().refused(Problem.of(reason, "the stream ended before it began; come back"));
            return;
        }
        var close = new Control.Close(reason, reconnectAfter);
        try {
            if (!outbox.isTorn()) {
                tell(close);
                outbox.flush();
            }
        } catch (Throwable failure) {
            LOG.errorf(failure, "Session %s could not be told of its end", id);
        }
        if (!closed) {
            release(reason.code());
            outbox.end(close);
        }
    }

    private void tell(Control.Close close) {
        Subscription only =
                subscriptions.size() == 1 ? subscriptions.values().iterator().next() : null;
        if (only == null) {
            subscriptions
                    .values()
                    .forEach(subscription -> control(subscription, Control.Heartbeat.MOVED, subscription.cursor()));
            control(options.format(), NONE, close, NONE);
        } else {
            control(options.format(), options.format().label(""), close, only.cursor());
        }
    }

    private void release(String why) {
        if (closed) {
            return;
        }
        closed = true;
        vitals.close();
        outbox.close();
        openings.forEach(Opening::release);
        subscriptions.values().forEach(Subscription::close);
        loop.parts().metrics().subscribed(-subscriptions.size());
        loop.wheel().forget(this);
        loop.parts().admission().leave(options.peer());
        loop.parts().metrics().closed(why, vitals.ageNanos());
    }

    // ---- For subscriptions on their way

    /** Does something for this session alone; whatever goes wrong ends it, and reaches nobody else. */
    void fenced(Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    /**
     * What was on its way begins.
     *
     * @param lease of an acknowledged one; else null
     * @throws Rejected when a subscription of the same name has begun meanwhile
     */
    void begin(Opening opening, SubscriptionRequest request, Beginning beginning, String from, @Nullable Lease lease)
            throws Rejected {
        requireFree(request);
        openings.remove(opening);
        var subscription = new Subscription(this, request, loop, lease);
        subscriptions.put(request.name(), subscription);
        loop.parts().metrics().subscribed(1);
        subscription.begin(beginning, from);
        waiting = null;
        changed();
        // Before a gap, so that who is cut off before hearing of it hears of it next time.
        byte[] cursor = subscription.cursor();
        subscription.tell(cursor);
        opening.listener().started(cursor);
        pump();
    }

    /** One subscription more or less: that may change the pace, and whether frames name whose they are. */
    private void changed() {
        if (vitals.keepPace(
                subscriptions.values().stream().map(one -> one.request().heartbeat()))) {
            outbox.restartBeats();
        }
        if (subscriptions.size() < 3) {
            subscriptions.values().forEach(Subscription::rename);
        }
    }

    void refused(Opening opening, Problem problem) {
        openings.remove(opening);
        waiting = null;
        opening.listener().refused(problem);
    }

    /** Somebody else has the name now. */
    void superseded(Opening opening, SubscriptionRequest request, Lease lease) {
        Subscription subscription = subscriptions.get(request.name());
        if (subscription != null && subscription.isHeldBy(lease)) {
            end(subscription, Reason.SUPERSEDED);
        } else {
            opening.refused(Problem.of(Reason.SUPERSEDED, "another connection took this name meanwhile"));
        }
    }

    // ---- For its subscriptions and the loop

    /** Ends a subscription, and with it a session that was opened for it alone. */
    void end(Subscription subscription, Reason reason) {
        if (forOne) {
            close(reason, reason == Reason.SUPERSEDED ? AFTER_SUPERSEDED : Duration.ZERO);
        } else {
            closeSubscription(subscription.request().name(), reason);
        }
    }

    Envelope envelope() {
        return outbox.envelope();
    }

    boolean hasRoom() {
        return !closed && !vitals.isExpired() && outbox.hasRoom();
    }

    /** Whether its events say which subscription they are of. */
    boolean names(Subscription subscription) {
        return subscriptions.size() > 1 || subscription.request().format().alwaysNames();
    }

    void event(Subscription subscription, byte[] body, byte[] cursor) {
        byte[] label = names(subscription) ? subscription.label() : NONE;
        outbox.write(
                body.length + cursor.length + FRAME_BYTES,
                out -> subscription.request().format().event(out, label, body, cursor));
        subscription.tell(cursor);
        loop.delivered(1, 0);
    }

    /** Frames that others get too. @return whether it has them */
    boolean take(ByteBuf run, long sum) {
        return !closed && !vitals.isExpired() && outbox.take(run, sum, subscriptions.size() == 1);
    }

    void control(Subscription subscription, Control control, byte[] cursor) {
        control(subscription.request().format(), subscription.label(), control, cursor);
        subscription.tell(cursor);
    }

    private void control(FrameFormat format, byte[] label, Control control, byte[] cursor) {
        if (!closed) {
            outbox.write(0, out -> format.control(out, label, control, cursor));
            outbox.flushIfLarge();
        }
    }

    void flush() {
        if (!closed) {
            outbox.flush();
        }
    }

    /** Lets those that are behind read on, a slice at a time, so that others have their turn in between. */
    private void pump() {
        boolean more = false;
        try {
            for (Subscription subscription : List.copyOf(subscriptions.values())) {
                more |= subscription.read(READ_BUDGET);
            }
            flush();
        } catch (Throwable failure) {
            fail(failure);
        }
        if (more && !closed && !reading) {
            reading = true;
            loop.later(() -> {
                reading = false;
                if (!closed) {
                    pump();
                }
            });
        } else if (!more && !closed && !vitals.isExpired() && outbox.isWritable() && hasReaderBehind()) {
            // The last flush emptied into a socket that took it all: nobody else would call us again.
            loop.later(this::drained);
        }
    }

    private boolean hasReaderBehind() {
        return subscriptions.values().stream()
                .anyMatch(subscription -> !subscription.isLive() && !subscription.isWaiting());
    }

    /** Where most sessions have the same pace, one timer does for many. */
    void tick() {
        if (vitals.hasUsualPace()) {
            heartbeat();
        }
    }

    /** As that, for one with a pace of its own. */
    void beat() {
        fenced(this::heartbeat);
    }

    private void heartbeat() {
        if (closed || waiting != null) {
            return;
        }
        if (outbox.isStalled(loop.wheel().stalledBeats(vitals.heartbeat()))) {
            close(Reason.STALLED, Wheel.comeBack());
            return;
        }
        if (!outbox.isWritable()) {
            return;
        }
        if (subscriptions.isEmpty()) {
            control(options.format(), NONE, Control.Heartbeat.STILL, NONE);
        }
        for (Subscription subscription : subscriptions.values()) {
            byte[] cursor = subscription.cursor();
            control(
                    subscription,
                    subscription.knows(cursor) ? Control.Heartbeat.STILL : Control.Heartbeat.MOVED,
                    cursor);
        }
        outbox.flush();
        // A socket whose drain event was lost somewhere must not keep its reader behind for ever.
        pump();
    }

    /** The token ends soon. */
    void expiring(Instant expires) {
        if (waiting == null && !closed) {
            fenced(() -> {
                byte[] cursor = subscriptions.size() == 1
                        ? subscriptions.values().iterator().next().cursor()
                        : NONE;
                control(options.format(), options.format().label(""), new Control.Expiring(expires), cursor);
                outbox.flush();
            });
        }
    }

    /** As old as it may get, after that. */
    void endAfter(Duration age) {
        vitals.endAfter(age);
    }

    /** Ends when its token was taken back, or it is named itself. */
    void revoke(Revocation revocation) {
        if (vitals.isRevoked(revocation)) {
            close(Reason.REVOKED, Duration.ZERO);
        }
    }

    /** What an operator sees of it. */
    SessionView view() {
        return new SessionView(
                id,
                options.peer(),
                vitals.opening(),
                vitals.tokenExpires(),
                outbox.bytes(),
                subscriptions.values().stream().map(Subscription::view).toList());
    }

    /**
     * Whatever goes wrong in serving this one must not reach the others of the loop: a bug, or that there is no memory left for its
     * frames (which is an Error).
     */
    void fail(Throwable failure) {
        LOG.errorf(failure, "Serving session %s failed; it is closed", id);
        try {
            close(Reason.INTERNAL, Duration.ofSeconds(1));
        } catch (Throwable another) {
            LOG.errorf(another, "Ending the connection of session %s failed", id);
        }
    }
}
