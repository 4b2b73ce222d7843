package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.session.StartResolver.Beginning;
import dev.sluice.fanout.session.StartResolver.Place;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    /** More than this is not gathered before the socket is asked again; so much may wait for a peer that does not read. */
    private static final int CHUNK = 16 * 1024;

    private static final int FIRST_BYTES = 512;

    private static final int READ_BUDGET = 2_048;

    /** Two clients that come back by themselves must not take a name from each other without pause. */
    private static final Duration AFTER_SUPERSEDED = Duration.ofMinutes(1);

    private final String id;
    private final Outlet outlet;
    private final SessionOptions options;
    private final LoopDispatcher dispatcher;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final long openedNanos = System.nanoTime();
    private final Instant opening;
    private long bytes;

    private TokenRef token;
    private @Nullable Instant tokenExpires;
    /** As that, from its warning on; asked before each event then. */
    private @Nullable Instant ending;

    private @Nullable Future<?> expiry;
    private @Nullable Future<?> aging;
    private @Nullable ByteBuf pending;
    /** What its socket had taken at the last heartbeat, and at how many in a row it had taken no more although more waited. */
    private long taken;

    private int idleBeats;
    private Duration heartbeat;
    /** Its own, where it has another pace than most. */
    private @Nullable Future<?> pace;

    private boolean dirty;
    private boolean reading;
    /** Whether it was opened for one subscription and ends with it. */
    private boolean forOne;

    private boolean opened;
    /** Who waits for a first subscription that Kafka is asked for, before anything may be written; else null. */
    private @Nullable SubscribeListener waiting;

    /** Written on its loop; who searches for its begin asks whether that is still wanted. */
    private volatile boolean closed;
    /** Whether its socket failed amid a write: what follows would be taken for the rest of that. */
    private boolean torn;

    /** Of names that have no subscription yet. */
    private final Set<Lease> claims = new HashSet<>(0);

    private int claimed;
    /** What to do when the last subscription has ended. */
    private Runnable idle = () -> {};

    Session(String id, Outlet outlet, SessionOptions options, LoopDispatcher dispatcher) {
        this.id = id;
        this.outlet = outlet;
        this.options = options;
        this.dispatcher = dispatcher;
        this.opening = Instant.now(dispatcher.clock());
        this.token = options.token();
        this.heartbeat = dispatcher.heartbeats().interval();
        expireAt(options.tokenExpires());
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
                new Control.Open(id, Instant.now(dispatcher.clock()), tokenExpires, heartbeat),
                cursor));
    }

    /** How often it says that it is alive: as often as the subscription that wants it most often. */
    public Duration heartbeatInterval() {
        return heartbeat;
    }

    /**
     * Subscribes; the listener hears of it at once or, when Kafka has to be asked first, later. When the session has closed by
     * then, it hears nothing.
     */
    public void subscribe(SubscriptionRequest request, SubscribeListener listener) {
        if (closed || isTaken(request, listener)) {
            return;
        }
        try {
            if (request.heartbeat() != null) {
                dispatcher.heartbeats().require(request.heartbeat());
            }
        } catch (Rejected refusal) {
            listener.refused(refusal.problem());
            return;
        }
        waitFor(listener);
        fenced(() -> {
            if (request.durable() == null) {
                resolve(request, listener, (beginning, from) -> begin(request, beginning, from, null, listener));
            } else {
                claim(request, request.durable(), listener);
            }
        });
    }

    /** Does something for this session alone; whatever goes wrong ends it, and reaches nobody else. */
    private void fenced(Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    /** What is done with the place where a subscription begins. */
    @FunctionalInterface
    private interface Resolved {
        /** @param from the cursor that the client came with, or that says where it begins; empty when it is where memory says */
        void at(Beginning beginning, String from) throws Rejected;
    }

    /** Finds where the request wants to begin. */
    private void resolve(SubscriptionRequest request, SubscribeListener listener, Resolved then) {
        StartResolver starts = dispatcher.starts();
        Start start = request.start();
        if (start instanceof Start.Since since) {
            dispatcher.offsetsAt(
                    since.time(),
                    (offsets, failure) -> fenced(() -> beginAt(
                            offsets,
                            failure,
                            "Kafka did not say where this time lies in the log",
                            request,
                            listener,
                            then)));
            return;
        }
        try {
            if (start instanceof Start.After after) {
                then.at(
                        starts.after(after.cursor(), request, dispatcher.next()),
                        after.cursor().toString());
            } else if (start instanceof Start.Last last) {
                last(request, last.count(), listener, then);
            } else {
                then.at(new Beginning.InMemory(Place.at(dispatcher.next())), "");
            }
        } catch (Rejected refusal) {
            refuse(listener, refusal.problem());
        }
    }

    /**
     * @param offsets where it begins, in each partition; null when that was not found
     * @param why what the client is told then
     */
    private void beginAt(
            long @Nullable [] offsets,
            @Nullable Throwable failure,
            String why,
            SubscriptionRequest request,
            SubscribeListener listener,
            Resolved then) {
        if (closed) {
            return;
        }
        if (offsets == null) {
            LOG.debugf(failure, "A subscription can't begin: %s", why);
            refuse(listener, Problem.of(Reason.UNAVAILABLE, why));
        } else {
            at(
                    dispatcher.starts().since(offsets, request, dispatcher.next()),
                    cursor(offsets),
                    request,
                    listener,
                    then);
        }
    }

    private void last(SubscriptionRequest request, int count, SubscribeListener listener, Resolved then)
            throws Rejected {
        Place place = dispatcher.starts().last(count, request, dispatcher.next());
        if (place != null) {
            then.at(new Beginning.InMemory(place), "");
            return;
        }
        dispatcher.last(
                new LastSearch.Wanted(request.channels(), request.filter(), count),
                this::isClosed,
                (offsets, failure) -> fenced(() ->
                        beginAt(offsets, failure, "the newest events could not be found", request, listener, then)));
    }

    /** After Kafka was asked; a subscription of the same name may have begun meanwhile. */
    private void at(
            Beginning beginning, String from, SubscriptionRequest request, SubscribeListener listener, Resolved then) {
        if (isTaken(request, listener)) {
            return;
        }
        try {
            then.at(beginning, from);
        } catch (Rejected refusal) {
            refuse(listener, refusal.problem());
        }
    }

    /** An acknowledged subscription: takes its name, and begins where that stands. */
    private void claim(SubscriptionRequest request, Durable durable, SubscribeListener listener) {
        var claim = new Claim(request, listener);
        try {
            claim.lease = dispatcher.claim(durable, id + "/" + claimed++, claim);
            claims.add(claim.lease);
        } catch (Rejected refusal) {
            refuse(listener, refusal.problem());
        }
    }

    private void waitFor(SubscribeListener listener) {
        if (!opened && subscriptions.isEmpty()) {
            waiting = listener;
        }
    }

    private void refuse(SubscribeListener listener, Problem problem) {
        waiting = null;
        listener.refused(problem);
    }

    private boolean isTaken(SubscriptionRequest request, SubscribeListener listener) {
        boolean taken = subscriptions.containsKey(request.name());
        if (taken) {
            listener.refused(Problem.malformed("id", "there is a subscription '" + request.name() + "' already"));
        }
        return taken;
    }

    private String cursor(long[] offsets) {
        return Cursor.all(dispatcher.cursors().topic(), offsets).toString();
    }

    private void begin(
            SubscriptionRequest request,
            Beginning beginning,
            String from,
            @Nullable Lease lease,
            SubscribeListener listener) {
        var subscription = dispatcher.newSubscription(this, request, lease);
        subscriptions.put(request.name(), subscription);
        dispatcher.metrics().subscribed(1);
        subscription.begin(beginning, from);
        waiting = null;
        keepPace();
        // Before a gap, so that who is cut off before hearing of it hears of it next time.
        subscription.tell(subscription.cursor());
        listener.started(subscription.cursor());
        pump();
    }

    /** @return its cursor, or null when there is no such subscription */
    public byte @Nullable [] unsubscribe(String name) {
        Subscription subscription = closed ? null : subscriptions.remove(name);
        if (subscription == null) {
            return null;
        }
        byte[] cursor = subscription.cursor();
        subscription.close();
        keepPace();
        dispatcher.metrics().subscribed(-1);
        if (subscriptions.isEmpty()) {
            dispatcher.later(idle);
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
        cursor.requireTopic("cursor", dispatcher.cursors().topic());
        dispatcher.positions().acknowledge(durable.name(), cursor, durable.writer(), answer);
    }

    /** The requests of its subscriptions, oldest first. */
    public List<SubscriptionRequest> subscriptions() {
        return subscriptions.values().stream().map(Subscription::request).toList();
    }

    /** How many subscriptions it has, with those that are about to begin. */
    public int size() {
        return subscriptions.size() + claims.size();
    }

    /** Ends a subscription, and with it a session that was opened for it alone. */
    void end(Subscription subscription, Reason reason) {
        if (forOne) {
            close(reason, reason == Reason.SUPERSEDED ? AFTER_SUPERSEDED : Duration.ZERO);
        } else {
            closeSubscription(subscription.request().name(), reason);
        }
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

    /** Counts an operation of the client that was refused. */
    public void countRefusal(Problem problem) {
        dispatcher.metrics().refused(problem);
    }

    /** Frames of the edge's own, in order with those of the engine. */
    public void write(Consumer<ByteBuf> frames) {
        if (!closed) {
            fenced(() -> {
                frames.accept(pending());
                flushIfLarge();
            });
        }
    }

    /** There is another token of the same user. */
    public void renew(TokenRef fresh, @Nullable Instant expires) {
        token = fresh;
        expireAt(expires);
    }

    private void expireAt(@Nullable Instant expires) {
        if (expiry != null) {
            expiry.cancel(false);
        }
        tokenExpires = expires;
        ending = null;
        expiry = expires == null ? null : dispatcher.scheduleExpiring(this, expires);
    }

    /** It is as old as it may get then. */
    void endAfter(Duration age) {
        aging = dispatcher.after(age, () -> close(Reason.MAX_AGE, LoopDispatcher.comeBack()));
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
        SubscribeListener listener = waiting;
        if (listener != null) {
            // There is no stream yet that could be told; the request is refused instead.
            waiting = null;
            release(reason.code());
            listener.refused(Problem.of(reason, "the stream ended before it began; come back"));
            return;
        }
        var close = new Control.Close(reason, reconnectAfter);
        try {
            if (!torn) {
                tell(close);
                flush();
            }
        } catch (Throwable failure) {
            LOG.errorf(failure, "Session %s could not be told of its end", id);
        }
        if (closed) {
            return;
        }
        release(reason.code());
        if (torn) {
            outlet.abort();
        } else {
            dispatcher.letGo(outlet, close);
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
            byte[] cursor = only.cursor();
            control(options.format(), options.format().label(""), close, cursor);
        }
    }

    private void release(String why) {
        if (closed) {
            return;
        }
        closed = true;
        if (expiry != null) {
            expiry.cancel(false);
        }
        if (aging != null) {
            aging.cancel(false);
        }
        if (pace != null) {
            pace.cancel(false);
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
        claims.forEach(Lease::release);
        subscriptions.values().forEach(Subscription::close);
        dispatcher.metrics().subscribed(-subscriptions.size());
        dispatcher.forget(this);
        dispatcher.admission().leave(options.peer());
        dispatcher.metrics().closed(why, System.nanoTime() - openedNanos);
    }

    /** What an operator sees of it. */
    SessionView view() {
        return new SessionView(
                id,
                options.peer(),
                opening,
                tokenExpires,
                bytes,
                subscriptions.values().stream().map(Subscription::view).toList());
    }

    // ---- For subscriptions and the loop

    boolean hasRoom() {
        return !closed
                && !isExpired()
                && (pending == null ? outlet.isWritable() : pending.readableBytes() < CHUNK || flushed());
    }

    /** The timer comes when the loop has time for it; until then whatever comes is for who comes back. */
    private boolean isExpired() {
        Instant end = ending;
        return end != null && !Instant.now(dispatcher.clock()).isBefore(end);
    }

    private boolean flushed() {
        flush();
        return outlet.isWritable();
    }

    void event(Subscription subscription, byte[] body, byte[] cursor) {
        ByteBuf out = pending();
        growBy(out, body.length + cursor.length + FIRST_BYTES);
        int start = out.writerIndex();
        try {
            FrameFormat format = subscription.request().format();
            byte[] label = subscriptions.size() > 1 || format.alwaysNames() ? subscription.label() : NONE;
            format.event(out, label, body, cursor);
        } catch (Throwable failure) {
            out.writerIndex(start);
            throw failure;
        }
        subscription.tell(cursor);
        dispatcher.countEvent();
    }

    void control(Subscription subscription, Control control, byte[] cursor) {
        control(subscription.request().format(), subscription.label(), control, cursor);
        subscription.tell(cursor);
    }

    private void control(FrameFormat format, byte[] label, Control control, byte[] cursor) {
        if (!closed) {
            ByteBuf out = pending();
            int start = out.writerIndex();
            try {
                format.control(out, label, control, cursor);
            } catch (Throwable failure) {
                out.writerIndex(start);
                throw failure;
            }
            flushIfLarge();
        }
    }

    private ByteBuf pending() {
        ByteBuf buffer = pending;
        if (buffer == null) {
            buffer = PooledByteBufAllocator.DEFAULT.directBuffer(FIRST_BYTES);
            pending = buffer;
        }
        if (!dirty) {
            dirty = true;
            dispatcher.flushLater(this);
        }
        return buffer;
    }

    /** Netty would double it, and copy what it holds, six times until a chunk is full. */
    private static void growBy(ByteBuf out, int bytes) {
        if (out.writableBytes() < bytes && out.isReadable()) {
            out.ensureWritable(Math.max(bytes, Math.min(3 * out.capacity(), CHUNK)));
        }
    }

    private void flushIfLarge() {
        if (pending != null && pending.readableBytes() >= CHUNK) {
            flush();
        }
    }

    void flush() {
        dirty = false;
        ByteBuf frames = pending;
        if (frames == null) {
            return;
        }
        pending = null;
        if (frames.isReadable()) {
            bytes += frames.readableBytes();
            dispatcher.countBytes(frames.readableBytes());
            torn = true;
            outlet.write(frames);
            torn = false;
        } else {
            frames.release();
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
            dispatcher.later(() -> {
                reading = false;
                if (!closed) {
                    pump();
                }
            });
        } else if (!more && !closed && !isExpired() && outlet.isWritable() && hasReaderBehind()) {
            // The last flush emptied into a socket that took it all: nobody else would call us again.
            dispatcher.later(this::drained);
        }
    }

    private boolean hasReaderBehind() {
        return subscriptions.values().stream()
                .anyMatch(subscription -> !subscription.isLive() && !subscription.isWaiting());
    }

    /** The loop did not hand out an event; those that were live go on by reading. */
    void missed(long from) {
        if (subscriptions.values().stream().anyMatch(Subscription::isLive)) {
            subscriptions.values().forEach(subscription -> subscription.missed(from));
            dispatcher.later(this::drained);
        }
    }

    /** Where most sessions have the same pace, one timer does for many. */
    void tick() {
        if (pace == null) {
            heartbeat();
        }
    }

    private void keepPace() {
        Duration usual = dispatcher.heartbeats().interval();
        Duration wanted = subscriptions.values().stream()
                .map(subscription ->
                        Objects.requireNonNullElse(subscription.request().heartbeat(), usual))
                .min(Duration::compareTo)
                .orElse(usual);
        if (wanted.equals(heartbeat)) {
            return;
        }
        heartbeat = wanted;
        idleBeats = 0;
        if (pace != null) {
            pace.cancel(false);
        }
        pace = wanted.equals(usual)
                ? null
                : dispatcher.every(wanted, () -> {
                    try {
                        heartbeat();
                    } catch (RuntimeException bug) {
                        fail(bug);
                    }
                });
    }

    private void heartbeat() {
        if (closed || waiting != null) {
            return;
        }
        if (isStalled()) {
            close(Reason.STALLED, LoopDispatcher.comeBack());
            return;
        }
        if (!outlet.isWritable()) {
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
        flush();
        // A socket whose drain event was lost somewhere must not keep its reader behind for ever.
        pump();
    }

    /** The first heartbeat that finds something waiting says little: it may have been written just before. */
    private boolean isStalled() {
        long now = outlet.taken();
        idleBeats = outlet.isWaiting() && now == taken ? idleBeats + 1 : 0;
        taken = now;
        return idleBeats > dispatcher.stalledBeats(heartbeat);
    }

    void expiring(Instant expires) {
        ending = expires;
        if (waiting != null) {
            return;
        }
        try {
            byte[] cursor = subscriptions.size() == 1
                    ? subscriptions.values().iterator().next().cursor()
                    : NONE;
            control(options.format(), options.format().label(""), new Control.Expiring(expires), cursor);
            flush();
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    /** Ends when its token was taken back, or it is named itself. */
    void revoke(Revocation revocation) {
        if (revocation.covers(token)
                || (revocation.kind() == Revocation.Kind.SESSION
                        && revocation.value().equals(id))) {
            close(Reason.REVOKED, Duration.ZERO);
        }
    }

    void expire() {
        close(Reason.TOKEN_EXPIRED, Duration.ZERO);
    }

    void setExpiry(Future<?> next) {
        expiry = next;
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

    /** An acknowledged subscription on its way, from the claim of its name until somebody else has it. */
    private final class Claim implements Lease.Listener, SubscribeListener {
        private final SubscriptionRequest request;
        private final SubscribeListener listener;
        private @Nullable Lease lease;

        Claim(SubscriptionRequest request, SubscribeListener listener) {
            this.request = request;
            this.listener = listener;
        }

        @Override
        public void granted(@Nullable Cursor position) {
            fenced(() -> {
                if (position != null) {
                    begin(position);
                } else {
                    resolve(request, this, this::store);
                }
            });
        }

        /** It is not asked to hear of this: what it resolves is only where to begin. */
        @Override
        public void started(byte[] cursor) {
            throw new IllegalStateException("the subscription's own listener hears of its start");
        }

        /** Where it begins for the first time. */
        private void store(Beginning beginning, String from) throws Rejected {
            Cursor start = from.isEmpty() && beginning instanceof Beginning.InMemory memory
                    ? dispatcher
                            .starts()
                            .cursorAt(dispatcher.frontierAt(memory.place().sequence()), request)
                    : Cursor.parse("cursor", from);
            held().begin(start, problem -> fenced(() -> problem.ifPresentOrElse(this::refused, () -> begin(start))));
        }

        private void begin(Cursor position) {
            if (isTaken(request, listener)) {
                drop();
                return;
            }
            try {
                Beginning beginning = dispatcher.starts().after(position, request, dispatcher.next());
                Lease mine = held();
                claims.remove(mine);
                Session.this.begin(request, beginning, position.toString(), mine, listener);
            } catch (Rejected refusal) {
                Problem problem = refusal.problem();
                refused(
                        problem.reason() == Reason.MALFORMED
                                ? Problem.malformed(
                                        "durable", "the position under this name is of another subscription than this")
                                : problem);
            }
        }

        @Override
        public void refused(Problem problem) {
            drop();
            refuse(listener, problem);
        }

        @Override
        public void opened() {
            drained();
        }

        @Override
        public void superseded() {
            Subscription subscription = subscriptions.get(request.name());
            if (subscription != null && subscription.isHeldBy(held())) {
                end(subscription, Reason.SUPERSEDED);
            } else {
                refused(Problem.of(Reason.SUPERSEDED, "another connection took this name meanwhile"));
            }
        }

        private void drop() {
            Lease mine = held();
            claims.remove(mine);
            mine.release();
        }

        private Lease held() {
            return Objects.requireNonNull(lease, "it is called back from the loop, after the claim was made");
        }
    }
}
