package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.Head;
import dev.sluice.fanout.log.RecentLog;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the fan-out: how far it has handed out the log, and to whom. The tail only wakes it; it fetches each event
 * once and offers it to those who are live ({@link Cohorts}), and at the end of the batch they get what was gathered for them. All but
 * {@link #wake} happens on the loop.
 */
final class Loop {
    /** After so many events the loop sees to its sockets before it goes on. */
    private static final int BATCH = 256;

    private static final long NOTHING = Long.MIN_VALUE;
    private static final Logger LOG = Logger.getLogger(Loop.class);

    private final EventExecutor loop;
    private final RecentLog log;
    private final CursorEncoder cursors;
    private final List<BodyFormat> bodies;
    private final SessionMetrics metrics;
    private final Deliveries deliveries;
    private final Gathering gathering;
    private final Cohorts cohorts = new Cohorts(this);
    private final Wheel wheel;
    private final List<Session> dirty = new ArrayList<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private boolean waiting; // for more events, and a timer will end that
    private boolean handingOut;
    private boolean flushScheduled;
    private long next;
    /** For each partition the next offset, of what was handed out; and the same before this batch. Never changed but within a batch. */
    private long[] frontier;

    private long[] before;
    private @Nullable Entry current;
    private final Consumer<Audience> offer = audience -> audience.offer(Objects.requireNonNull(current));
    private long receivers;
    private long events;
    private long bytes;

    Loop(
            EventExecutor loop,
            RecentLog log,
            CursorEncoder cursors,
            List<BodyFormat> bodies,
            SessionMetrics metrics,
            DeliveryListener deliveries,
            Admission admission,
            Lifetime lifetime) {
        this.loop = loop;
        this.log = log;
        this.cursors = cursors;
        this.bodies = bodies;
        this.metrics = metrics;
        this.deliveries = new Deliveries(deliveries);
        this.gathering = new Gathering(lifetime.clock());
        Head head = log.head();
        this.next = head.next();
        this.frontier = head.frontier().clone();
        this.before = frontier;
        this.wheel = new Wheel(loop, lifetime, metrics, admission, this::report);
    }

    Wheel wheel() {
        return wheel;
    }

    // ---- The log

    /** There may be a new head. Called by the tail. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            try {
                loop.execute(this::handOutOrGather);
            } catch (Throwable refused) {
                // Or nobody could wake it again.
                woken.set(false);
                throw refused;
            }
        }
    }

    private void handOutOrGather() {
        woken.set(false);
        Duration left = gathering.left(log.head().next() - next);
        if (left.isZero()) {
            handOut();
        } else if (!waiting) {
            try {
                Runnable end = () -> {
                    waiting = false;
                    handOutOrGather();
                };
                var unused = loop.schedule(end, left.toNanos(), TimeUnit.NANOSECONDS);
                waiting = true;
            } catch (Throwable noTimer) {
                // They must not wait for something that does not come.
                handOut();
            }
        }
    }

    private void handOut() {
        Instant begin = gathering.begin();
        long first = next;
        long lastTime = NOTHING;
        handingOut = true;
        before = frontier;
        frontier = frontier.clone();
        try {
            lastTime = readLog();
        } finally {
            current = null;
            handingOut = false;
            flushDirty();
        }
        Instant end = gathering.end(next - first);
        if (lastTime != NOTHING) {
            metrics.latency(end.toEpochMilli() - lastTime);
        }
        report();
        deliveries.tell(begin, end);
    }

    /** @return the log's time of the last event, or {@link #NOTHING} */
    private long readLog() {
        Head head = log.head();
        if (frontier.length < head.partitions()) {
            frontier = Arrays.copyOf(frontier, head.partitions());
        }
        long end = Math.min(head.next(), next + BATCH);
        long lastTime = NOTHING;
        while (next < end && !cohorts.isFull()) {
            Entry entry = log.get(next);
            if (entry == null) {
                // This loop was held up for longer than memory reaches. Nobody is live after this.
                cohorts.handOut(before);
                cohorts.missed(next);
                next = head.next();
                break;
            }
            next++;
            frontier[entry.partition()] = entry.offset() + 1;
            current = entry;
            receivers = 0;
            try {
                cohorts.offer(entry, offer);
            } catch (Throwable failure) {
                // Some have it and know that; all others read it when it is their turn.
                LOG.errorf(failure, "Handing out the event at %d failed; its readers look for it themselves", next - 1);
                cohorts.handOut(before);
                cohorts.missed(entry.sequence());
            }
            if (receivers > 0) {
                deliveries.handed(entry, receivers);
            }
            lastTime = entry.timestamp();
        }
        cohorts.handOut(before);
        if (next >= head.next()) {
            // Also past what are no events.
            frontier = head.frontier().clone();
        } else {
            wake();
        }
        return lastTime;
    }

    /** So many subscriptions were handed the event that is offered. */
    void handed(int count) {
        receivers += count;
    }

    // ---- Sockets

    void flushLater(Session session) {
        dirty.add(session);
        if (!handingOut && !flushScheduled) {
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

    /** So many events and bytes of frames were written to sockets. */
    void delivered(long eventCount, long byteCount) {
        events += eventCount;
        bytes += byteCount;
    }

    private void report() {
        if (bytes > 0) {
            metrics.delivered(events, bytes);
            events = 0;
            bytes = 0;
        }
    }

    // ---- What subscriptions need to know

    /** The sequence of the next event that this loop will hand out. */
    long next() {
        return next;
    }

    /** For each partition the next offset of who has read everything that this loop has handed out. Must not be written to. */
    long[] frontier() {
        return frontier;
    }

    /**
     * For each partition the next offset of who has read everything before the sequence. Must not be written to.
     *
     * @return null when something from there on has left memory
     */
    long @Nullable [] frontierAt(long sequence) {
        if (sequence == next) {
            return frontier;
        }
        Entry offered = current;
        if (offered == null || offered.sequence() != sequence) {
            return log.frontierAt(sequence);
        }
        // Whether or not memory still has it.
        long[] there = frontier.clone();
        there[offered.partition()] = offered.offset();
        return there;
    }

    Cohorts cohorts() {
        return cohorts;
    }

    /** Whether events are being handed out: then nobody's place is sure. */
    boolean isHandingOut() {
        return handingOut;
    }

    /** The frontier before the batch that is handed out. Must not be written to. */
    long[] before() {
        return before;
    }

    EventExecutor executor() {
        return loop;
    }

    RecentLog log() {
        return log;
    }

    CursorEncoder cursors() {
        return cursors;
    }

    /** Where an event keeps its body in this format. */
    int slot(BodyFormat body) {
        int slot = bodies.indexOf(body);
        if (slot < 0) {
            throw new IllegalArgumentException("the engine was not made with " + body);
        }
        return slot;
    }
}
