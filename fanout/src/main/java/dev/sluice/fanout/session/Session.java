package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.fanout.position.PositionBook;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One connection and its subscriptions. All of it happens on the connection's event loop, so it needs no locks; what is
 * written during one turn of the loop goes to the socket at once.
 */
public final class Session {
    private static final byte[] NONE = {};

    /** Two clients that come back by themselves must not take a name from each other without pause. */
    private static final Duration AFTER_SUPERSEDED = Duration.ofMinutes(1);

    private final String id;
    private final SessionOptions options;
    private final Loop loop;
    private final SessionMetrics metrics;
    private final Lifetime lifetime;
    private final Outbox outbox;
    private final Vitals vitals;
    private final Pulse pulse;
    private final Subscriptions subscriptions;
    private final Ending ending;

    /** Whether it was opened for one subscription and ends with it. */
    private boolean forOne;

    private boolean opened;

    Session(
            String id,
            Outlet outlet,
            SessionOptions options,
            Loop loop,
            Places places,
            PositionBook positions,
            SessionMetrics metrics,
            Lifetime lifetime) {
        this.id = id;
        this.options = options;
        this.loop = loop;
        this.metrics = metrics;
        this.lifetime = lifetime;
        this.outbox = new Outbox(this, outlet, options.format(), loop);
        this.vitals = new Vitals(this, options, loop.wheel(), lifetime);
        this.subscriptions = new Subscriptions(this, outbox, loop, places, positions, metrics, lifetime.heartbeats());
        this.pulse = new Pulse(this, outbox, subscriptions, loop.wheel(), lifetime.heartbeats());
        this.ending = new Ending(this, outbox, vitals, pulse, subscriptions, loop.wheel());
    }

    public String id() {
        return id;
    }

    /** On any thread; who searches for its begin asks whether that is still wanted. */
    public boolean isClosed() {
        return ending.isClosed();
    }

    Peer peer() {
        return options.peer();
    }

    long ageNanos() {
        return vitals.ageNanos();
    }

    // ---- For the edge

    /** Says {@code open}. An edge with one subscription a connection does so when that has started, and names its cursor. */
    public void open(String subscription, byte[] cursor) {
        opened = true;
        forOne = !subscription.isEmpty();
        fenced(() -> outbox.say(
                subscription.isEmpty() ? NONE : options.format().label(subscription),
                new Control.Open(id, Instant.now(lifetime.clock()), vitals.tokenExpires(), pulse.interval()),
                cursor));
    }

    /** How often it says that it is alive: as often as the subscription that wants it most often. */
    public Duration heartbeatInterval() {
        return pulse.interval();
    }

    /**
     * Subscribes; the listener hears of it at once or, when Kafka has to be asked first, later. When the session has closed by
     * then, it hears nothing.
     */
    public void subscribe(SubscriptionRequest request, SubscribeListener listener) {
        if (!isClosed()) {
            subscriptions.subscribe(request, listener, !opened);
        }
    }

    /** @return its cursor, or null when there is no such subscription */
    public byte @Nullable [] unsubscribe(String name) {
        return isClosed() ? null : subscriptions.remove(name);
    }

    /** What to do, in a later turn of the loop, whenever the last subscription has ended. */
    public void whenIdle(Runnable action) {
        subscriptions.whenIdle(action);
    }

    /**
     * The client has processed what one of its subscriptions had before the cursor.
     *
     * @param answer on any thread, once; empty when Kafka has it
     * @throws Rejected when there is no such subscription, it is not an acknowledged one, or the cursor is of another topic
     */
    public void acknowledge(String name, Cursor cursor, Consumer<Optional<Problem>> answer) throws Rejected {
        subscriptions.acknowledge(name, cursor, answer);
    }

    /** The requests of its subscriptions, oldest first. */
    public List<SubscriptionRequest> subscriptions() {
        return subscriptions.requests();
    }

    /** How many subscriptions it has, with those that are about to begin. */
    public int size() {
        return subscriptions.size();
    }

    /** Ends one subscription and says why; the session goes on. */
    public void closeSubscription(String name, Reason reason) {
        Subscription subscription = subscriptions.get(name);
        if (subscription != null) {
            subscription.say(new Control.Close(reason, Duration.ZERO));
            unsubscribe(name);
        }
    }

    /** Whether there is something to read yet that the log had before now. */
    public boolean isCatchingUp() {
        return !isClosed() && subscriptions.isCatchingUp();
    }

    /**
     * By {@link System#nanoTime}, since when the peer has not taken what waits for it, which is when the first of its subscriptions fell
     * behind; empty: nothing waits, or all are live.
     */
    OptionalLong stuckSince() {
        return outbox.isWaiting() ? subscriptions.behindSince() : OptionalLong.empty();
    }

    /** Counts an operation of the client that was refused. */
    public void countRefusal(Problem problem) {
        metrics.refused(problem);
    }

    /** Frames of the edge's own, in order with those of the engine. */
    public void write(Consumer<ByteBuf> frames) {
        if (!isClosed()) {
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
        subscriptions.pump();
    }

    /** The peer has gone. */
    public void disconnected() {
        ending.release(SessionMetrics.LEFT);
    }

    /** The answer is out that the session was opened for, as a poll's is. */
    public void answered() {
        ending.release(SessionMetrics.ANSWERED);
    }

    /** Ends the session: each subscription's cursor, then {@code close}, then the end of the connection. */
    public void close(Reason reason, Duration reconnectAfter) {
        ending.close(reason, reconnectAfter);
    }

    // ---- For its subscriptions and the loop

    /** Does something for this session alone; whatever goes wrong ends it, and reaches nobody else. */
    void fenced(Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    /** Ends a subscription, and with it a session that was opened for it alone. */
    void end(Subscription subscription, Reason reason) {
        if (forOne) {
            close(reason, reason == Reason.SUPERSEDED ? AFTER_SUPERSEDED : Duration.ZERO);
        } else {
            closeSubscription(subscription.request().name(), reason);
        }
    }

    /** Whether it has a right to more: the timer of a token comes when the loop has time for it. */
    boolean isServed() {
        return !isClosed() && !vitals.isExpired();
    }

    boolean hasRoom() {
        return isServed() && outbox.hasRoom();
    }

    /** Whether its events say which subscription they are of. */
    boolean names(Subscription subscription) {
        return subscriptions.areSeveral() || subscription.request().format().alwaysNames();
    }

    /** Frames that others get too. @return whether it has them */
    boolean take(ByteBuf run, long sum) {
        return isServed() && outbox.take(run, sum, !subscriptions.areSeveral());
    }

    void flush() {
        if (!isClosed()) {
            outbox.flush();
        }
    }

    /** As often as most sessions say that they are alive. */
    void tick() {
        pulse.tick();
    }

    /** The token ends soon. */
    void expiring(Instant expires) {
        if (!isClosed() && !subscriptions.isAwaited()) {
            fenced(() -> {
                Subscription only = subscriptions.only();
                outbox.say(new Control.Expiring(expires), only == null ? NONE : only.cursor());
                outbox.flush();
            });
        }
    }

    /** @param wanted of each subscription; null where it leaves that to the server */
    void keepPace(Stream<@Nullable Duration> wanted) {
        pulse.keepPace(wanted);
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
                id, options.peer(), vitals.opening(), vitals.tokenExpires(), outbox.bytes(), subscriptions.views());
    }

    /** Ends because there is no memory for it. */
    void shed() {
        ending.shed();
    }

    /** See {@link Ending#fail}. */
    void fail(Throwable failure) {
        ending.fail(failure);
    }
}
