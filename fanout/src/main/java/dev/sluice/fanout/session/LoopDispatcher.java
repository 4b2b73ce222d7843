package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.Head;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.position.PositionBook;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the fan-out: the sessions that live on it, who of them wants which channel, and how far this loop
 * has handed out the log. The tail only wakes it; it fetches each event once and gives it to all who are live. All but {@link
 * #wake} happens on the loop.
 */
final class LoopDispatcher {
    /** After so many events the loop sees to its sockets before it goes on. */
    private static final int BATCH = 256;
    /** Heartbeats of a loop's sessions are spread over so many ticks. */
    private static final int TICKS = 16;

    /** When those who are sent away are to come back: soon, and not all in the same moment. */
    private static final long LEAST_RETURN_MILLIS = 100;

    private static final long MOST_RETURN_MILLIS = 2_000;

    /** How long the network has to take the last words of a session; whoever reads more slowly is cut off. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private static final Duration EXPIRING_BEFORE = Duration.ofSeconds(60);
    private static final long NOTHING = Long.MIN_VALUE;
    private static final Logger LOG = Logger.getLogger(LoopDispatcher.class);

    private final EventExecutor loop;
    private final EngineParts parts;
    private final SubscriptionIndex index = new SubscriptionIndex();
    private final List<Set<Session>> wheel = new ArrayList<>(TICKS);
    private final List<Session> dirty = new ArrayList<>();
    /** Of this turn, and wanted by the listener. */
    private final List<Handed> wanted = new ArrayList<>();

    private final AtomicBoolean woken = new AtomicBoolean();
    private final Consumer<Subscription> offer = this::offer;
    private final Future<?> ticking;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private int tick;
    private int joined;
    private int active;
    /** Sessions that have ended, and whose last words are on their way. */
    private int leaving;

    private boolean ending;
    private boolean dispatching;
    private boolean flushScheduled;
    private long next;
    private long[] frontier;
    private @Nullable Entry current;
    private long events;
    private long bytes;

    private record Handed(Entry entry, long receivers) {}

    LoopDispatcher(EventExecutor loop, EngineParts parts) {
        this.loop = loop;
        this.parts = parts;
        Head head = parts.log().head();
        this.next = head.next();
        this.frontier = head.frontier().clone();
        for (int i = 0; i < TICKS; i++) {
            wheel.add(new LinkedHashSet<>());
        }
        long period = Math.max(1, parts.heartbeats().interval().toMillis() / TICKS);
        ticking = loop.scheduleAtFixedRate(this::tick, period, period, TimeUnit.MILLISECONDS);
    }

    // ---- The log

    /** There may be a new head. Called by the tail. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            loop.execute(this::dispatch);
        }
    }

    private void dispatch() {
        woken.set(false);
        dispatching = true;
        Instant begin = Instant.now(parts.clock());
        long lastTime = NOTHING;
        try {
            lastTime = handOut();
        } finally {
            current = null;
            dispatching = false;
            flushDirty();
        }
        if (lastTime != NOTHING) {
            parts.metrics().latency(parts.clock().millis() - lastTime);
        }
        report();
        if (!wanted.isEmpty()) {
            tell(begin);
        }
    }

    /** @return the log's time of the last event, or {@link #NOTHING} */
    private long handOut() {
        Head head = parts.log().head();
        if (frontier.length < head.partitions()) {
            frontier = Arrays.copyOf(frontier, head.partitions());
        }
        long end = Math.min(head.next(), next + BATCH);
        long lastTime = NOTHING;
        while (next < end) {
            Entry entry = parts.log().get(next);
            if (entry == null) {
                // This loop was held up for longer than memory reaches. Nobody is live after this.
                long missed = next;
                next = head.next();
                everySession(session -> session.missed(missed));
                break;
            }
            next++;
            frontier[entry.partition()] = entry.offset() + 1;
            try {
                offerToAll(entry);
            } catch (Throwable failure) {
                // Some have it and know that; all others read it when it is their turn.
                LOG.errorf(failure, "Handing out the event at %d failed; its readers look for it themselves", next - 1);
                everySession(session -> session.missed(entry.sequence()));
            }
            lastTime = entry.timestamp();
        }
        if (next >= head.next()) {
            // Also past what are no events.
            frontier = head.frontier().clone();
        } else {
            wake();
        }
        return lastTime;
    }

    private void offerToAll(Entry entry) {
        current = entry;
        long before = events;
        index.match(entry.event().channel().name(), offer);
        if (events > before && parts.deliveries().wants(entry.event())) {
            wanted.add(new Handed(entry, events - before));
        }
    }

    private void tell(Instant begin) {
        Instant end = Instant.now(parts.clock());
        try {
            wanted.forEach(event -> parts.deliveries().delivered(event.entry(), event.receivers(), begin, end));
        } catch (Throwable failure) {
            LOG.error("Telling of events that were handed out failed", failure);
        } finally {
            wanted.clear();
        }
    }

    private void offer(Subscription subscription) {
        Entry entry = current;
        if (entry != null) {
            subscription.offerSafely(entry);
        }
    }

    private void everySession(Consumer<Session> action) {
        wheel.forEach(bucket -> each(bucket, action));
    }

    /** What goes wrong with one of them ends that one. */
    private static void each(Collection<Session> sessions, Consumer<Session> action) {
        for (Session session : List.copyOf(sessions)) {
            try {
                action.accept(session);
            } catch (Throwable failure) {
                session.fail(failure);
            }
        }
    }

    // ---- Sockets

    void flushLater(Session session) {
        dirty.add(session);
        if (!dispatching && !flushScheduled) {
            flushScheduled = true;
            loop.execute(() -> {
                flushScheduled = false;
                flushDirty();
                report();
            });
        }
    }

    private void flushDirty() {
        // By index: a flush may close a session, and that may write to another.
        for (int i = 0; i < dirty.size(); i++) {
            Session session = dirty.get(i);
            try {
                session.flush();
            } catch (Throwable failure) {
                session.fail(failure);
            }
        }
        dirty.clear();
    }

    void later(Runnable task) {
        loop.execute(task);
    }

    void countEvent() {
        events++;
    }

    void countBytes(int written) {
        bytes += written;
    }

    private void report() {
        if (bytes > 0) {
            parts.metrics().delivered(events, bytes);
            events = 0;
            bytes = 0;
        }
    }

    // ---- Sessions

    /** On the loop. */
    Session open(String id, Outlet outlet, SessionOptions options) {
        var session = new Session(id, outlet, options, this);
        wheel.get(joined++ & (TICKS - 1)).add(session);
        active++;
        parts.metrics().opened();
        parts.maxAge().ifPresent(age -> session.endAfter(jittered(age)));
        return session;
    }

    /** A tenth more or less, so that those who came together do not leave together. */
    private static Duration jittered(Duration age) {
        return Duration.ofMillis(
                (long) (age.toMillis() * ThreadLocalRandom.current().nextDouble(0.9, 1.1)));
    }

    /** Again and again, for the first time within the interval, so that those who came together do not go on together. */
    Future<?> every(Duration interval, Runnable task) {
        long millis = interval.toMillis();
        long first = ThreadLocalRandom.current().nextLong(millis / 2, millis + 1);
        return loop.scheduleAtFixedRate(task, first, millis, TimeUnit.MILLISECONDS);
    }

    Future<?> after(Duration delay, Runnable task) {
        return loop.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    void forget(Session session) {
        for (Set<Session> bucket : wheel) {
            if (bucket.remove(session)) {
                active--;
            }
        }
        if (ending) {
            // Not now: its last words may follow in this turn.
            later(this::checkEnded);
        }
    }

    /** Ends the connection of a session that is over; cuts it where the client does not read that. */
    void letGo(Outlet outlet, Control.Close close) {
        CompletableFuture<Void> told;
        try {
            told = outlet.end(close).toCompletableFuture();
        } catch (Throwable failure) {
            LOG.error("A connection could not be ended in the way of its protocol; it is cut", failure);
            outlet.abort();
            return;
        }
        if (told.isDone()) {
            return;
        }
        leaving++;
        Future<?> cut = after(LAST_WORDS, () -> {
            try {
                outlet.abort();
            } finally {
                told.complete(null);
            }
        });
        told.whenComplete((out, lost) -> {
            cut.cancel(false);
            leaving--;
            checkEnded();
        });
    }

    /** After so many heartbeats in a row with nothing read a client counts as stalled. */
    int stalledBeats(Duration heartbeat) {
        return parts.stalledAfter()
                .map(after -> (int) Math.min(Integer.MAX_VALUE, ceilDiv(after.toMillis(), heartbeat.toMillis())))
                .orElse(Integer.MAX_VALUE);
    }

    private static long ceilDiv(long dividend, long divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }

    /**
     * Ends all sessions of this loop, in random order, spread evenly over the window.
     *
     * @return completes on the loop, when there is none any more and the network has their last words
     */
    CompletableFuture<Void> end(Reason reason, Duration window) {
        loop.execute(() -> {
            ending = true;
            List<Session> all = new ArrayList<>();
            wheel.forEach(all::addAll);
            Collections.shuffle(all);
            var random = ThreadLocalRandom.current();
            for (int i = 0; i < all.size(); i++) {
                Session session = all.get(i);
                long after = (long) ((i + random.nextDouble()) / all.size() * window.toMillis());
                loop.schedule(() -> session.close(reason, comeBack()), after, TimeUnit.MILLISECONDS);
            }
            checkEnded();
        });
        return ended;
    }

    /** When somebody who is sent away is to come back. */
    static Duration comeBack() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(LEAST_RETURN_MILLIS, MOST_RETURN_MILLIS));
    }

    private void checkEnded() {
        if (ending && active == 0 && leaving == 0 && !ended.isDone()) {
            ticking.cancel(false);
            ended.complete(null);
        }
    }

    /** Ends the sessions that it names, when the loop has its turn. */
    void revoke(Revocation revocation) {
        loop.execute(() -> everySession(session -> session.revoke(revocation)));
    }

    /** What an operator sees of the first sessions of this loop whose ids are greater. */
    CompletableFuture<List<SessionView>> list(String after, int most) {
        var views = new CompletableFuture<List<SessionView>>();
        loop.execute(() -> {
            try {
                views.complete(wheel.stream()
                        .flatMap(Set::stream)
                        .filter(session -> session.id().compareTo(after) > 0)
                        .sorted(Comparator.comparing(Session::id))
                        .limit(most)
                        .map(Session::view)
                        .toList());
            } catch (RuntimeException bug) {
                views.completeExceptionally(bug);
            }
        });
        return views;
    }

    /** How many records this loop has handed out that who stands at the cursor has not read. */
    long lag(byte[] cursor) {
        try {
            Cursor position = Cursor.parse("cursor", new String(cursor, StandardCharsets.US_ASCII));
            long lag = 0;
            for (int i = 0; i < position.size(); i++) {
                int partition = position.partition(i);
                lag += partition < frontier.length ? Math.max(0, frontier[partition] - position.offset(i)) : 0;
            }
            return lag;
        } catch (Rejected bug) {
            throw new IllegalStateException("a cursor of our own can't be read", bug);
        }
    }

    private void tick() {
        // A timer that throws would not come again.
        try {
            each(wheel.get(tick++ & (TICKS - 1)), Session::tick);
            report();
        } catch (Throwable failure) {
            LOG.error("A round of heartbeats failed; the next one comes", failure);
        }
    }

    /** @param lease of an acknowledged one; else null */
    Subscription newSubscription(Session session, SubscriptionRequest request, @Nullable Lease lease) {
        var subscription = new Subscription(
                session, request, this, parts.log(), parts.slot(request.format().body()), lease);
        for (ChannelPattern pattern : request.channels()) {
            index.add(pattern, subscription);
        }
        return subscription;
    }

    Future<?> scheduleExpiring(Session session, Instant expires) {
        long untilWarning = Math.max(0, untilMillis(expires) - EXPIRING_BEFORE.toMillis());
        return loop.schedule(
                () -> {
                    session.setExpiry(
                            loop.schedule(session::expire, Math.max(0, untilMillis(expires)), TimeUnit.MILLISECONDS));
                    session.expiring(expires);
                },
                untilWarning,
                TimeUnit.MILLISECONDS);
    }

    private long untilMillis(Instant time) {
        return Duration.between(Instant.now(parts.clock()), time).toMillis();
    }

    /** The answer comes on the loop. */
    void offsetsAt(Instant time, BiConsumer<long @Nullable [], @Nullable Throwable> answer) {
        parts.times()
                .offsetsAt(time, parts.log().head().partitions())
                .whenComplete((offsets, failure) -> loop.execute(() -> answer.accept(offsets, failure)));
    }

    // ---- What subscriptions need to know

    /** The sequence of the next event that this loop will hand out. */
    long next() {
        return next;
    }

    int partitions() {
        return frontier.length;
    }

    /** For each partition the next offset of who has read everything before the sequence. Must not be written to. */
    long[] frontierAt(long sequence) {
        return sequence == next ? frontier : parts.log().frontierAt(sequence);
    }

    SubscriptionIndex index() {
        return index;
    }

    /** Reads on in what has left memory, or is ahead of it. */
    ColdReader coldReader(Session session, Needs needs, @Nullable GapReason gap) {
        return new ColdReader(parts.cold(), parts.times(), parts.log(), loop, session::drained, needs, gap);
    }

    /** Where the newest events lie that match, for who wants more of them than are at hand. The answer comes on the loop. */
    void last(
            LastSearch.Wanted wanted,
            BooleanSupplier isGivenUp,
            BiConsumer<long @Nullable [], @Nullable Throwable> answer) {
        parts.searches()
                .find(wanted, isGivenUp)
                .whenComplete((offsets, failure) -> loop.execute(() -> answer.accept(offsets, failure)));
    }

    /** @throws Rejected when it would be one name too many for its user */
    Lease claim(Durable durable, String id, Lease.Listener listener) throws Rejected {
        return Lease.claim(durable, id, parts.positions(), loop, listener);
    }

    PositionBook positions() {
        return parts.positions();
    }

    StartResolver starts() {
        return parts.starts();
    }

    CursorEncoder cursors() {
        return parts.cursors();
    }

    Admission admission() {
        return parts.admission();
    }

    SessionMetrics metrics() {
        return parts.metrics();
    }

    Clock clock() {
        return parts.clock();
    }

    Heartbeats heartbeats() {
        return parts.heartbeats();
    }
}
