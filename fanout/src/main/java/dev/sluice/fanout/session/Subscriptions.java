package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.position.PositionBook;
import dev.sluice.fanout.session.Places.Found;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a session has subscribed to: what has begun, by name, and what is on its way. Belongs to the session's loop. */
final class Subscriptions {
    /** How many events are looked at in one turn of the loop. */
    private static final int READ_BUDGET = 2_048;

    private final Session session;
    private final Outbox outbox;
    private final Loop loop;
    private final Places places;
    private final PositionBook positions;
    private final SessionMetrics metrics;
    private final Heartbeats heartbeats;
    private final Map<String, Subscription> begun = new LinkedHashMap<>(2);
    /** Those that are no subscriptions yet, and hold a name. */
    private final Set<Opening> openings = new HashSet<>(0);

    /** The first one, as long as nothing may be written before it has begun; else null. */
    private @Nullable Opening awaited;

    private int claimed;
    /** Whether it reads on in the next turn of the loop. */
    private boolean reading;

    private Runnable idle = () -> {};

    Subscriptions(
            Session session,
            Outbox outbox,
            Loop loop,
            Places places,
            PositionBook positions,
            SessionMetrics metrics,
            Heartbeats heartbeats) {
        this.session = session;
        this.outbox = outbox;
        this.loop = loop;
        this.places = places;
        this.positions = positions;
        this.metrics = metrics;
        this.heartbeats = heartbeats;
    }

    // ---- On their way

    /** @param first whether nothing may be written before it has begun, where there is no other */
    void subscribe(SubscriptionRequest request, SubscribeListener listener, boolean first) {
        try {
            requireFree(request);
            if (request.heartbeat() != null) {
                heartbeats.require(request.heartbeat());
            }
        } catch (Rejected refusal) {
            listener.refused(refusal.problem());
            return;
        }
        var opening = new Opening(session, this, loop, places, positions, request, listener);
        if (first && begun.isEmpty()) {
            awaited = opening;
        }
        if (request.durable() != null) {
            openings.add(opening);
        }
        session.fenced(() -> opening.start(session.id() + "/" + claimed++));
    }

    private void requireFree(SubscriptionRequest request) throws Rejected {
        if (begun.containsKey(request.name())) {
            throw Problem.malformed("id", "there is a subscription '" + request.name() + "' already")
                    .rejected();
        }
    }

    /**
     * What was on its way begins.
     *
     * @param lease of an acknowledged one; else null
     * @throws Rejected when a subscription of the same name has begun meanwhile
     */
    void begin(Opening opening, SubscriptionRequest request, Found found, @Nullable Lease lease) throws Rejected {
        requireFree(request);
        openings.remove(opening);
        var subscription = new Subscription(session, outbox, request, loop, places, metrics, lease);
        begun.put(request.name(), subscription);
        metrics.subscribed(1);
        subscription.begin(found);
        awaited = null;
        changed();
        // Before a gap, so that who is cut off before hearing of it hears of it next time.
        byte[] cursor = subscription.cursor();
        subscription.tell(cursor);
        opening.listener().started(cursor);
        pump();
    }

    void refused(Opening opening, Problem problem) {
        openings.remove(opening);
        awaited = null;
        opening.listener().refused(problem);
    }

    /** Somebody else has the name now. */
    void superseded(Opening opening, SubscriptionRequest request, Lease lease) {
        Subscription subscription = begun.get(request.name());
        if (subscription != null && lease.equals(subscription.lease())) {
            session.end(subscription, Reason.SUPERSEDED);
        } else {
            opening.refused(Problem.of(Reason.SUPERSEDED, "another connection took this name meanwhile"));
        }
    }

    /** Whether nothing may be written yet. */
    boolean isAwaited() {
        return awaited != null;
    }

    /** @return the one that everything waits for, which is so no more; null where there is none */
    @Nullable
    Opening giveUpAwaited() {
        Opening first = awaited;
        awaited = null;
        return first;
    }

    // ---- Begun

    @Nullable
    Subscription get(String name) {
        return begun.get(name);
    }

    /** @return its cursor, or null when there is none of this name */
    byte @Nullable [] remove(String name) {
        Subscription subscription = begun.remove(name);
        if (subscription == null) {
            return null;
        }
        byte[] cursor = subscription.cursor();
        subscription.close();
        changed();
        metrics.subscribed(-1);
        if (begun.isEmpty()) {
            loop.later(idle);
        }
        return cursor;
    }

    /** What to do, in a later turn of the loop, whenever the last one has ended. */
    void whenIdle(Runnable action) {
        idle = action;
    }

    /** One more or less: that may change the pace, and whether frames name whose they are. */
    private void changed() {
        session.keepPace(begun.values().stream().map(one -> one.request().heartbeat()));
        if (begun.size() < 3) {
            begun.values().forEach(Subscription::rename);
        }
    }

    /** @throws Rejected when there is none of this name, it is not an acknowledged one, or the cursor is of another topic */
    void acknowledge(String name, Cursor cursor, Consumer<Optional<Problem>> answer) throws Rejected {
        Subscription subscription = begun.get(name);
        if (subscription == null) {
            throw new Problem(Reason.NOT_FOUND, "subscription", "there is no such subscription on this connection")
                    .rejected();
        }
        Lease lease = subscription.lease();
        if (lease == null) {
            throw Problem.malformed("subscription", "this subscription is not durable: there is nothing to acknowledge")
                    .rejected();
        }
        places.requireTopic(cursor);
        lease.acknowledge(cursor, answer);
    }

    boolean isEmpty() {
        return begun.isEmpty();
    }

    /** Those too that hold a name and have not begun. */
    int size() {
        return begun.size() + openings.size();
    }

    /** Whether frames have to say which one they are of. */
    boolean areSeveral() {
        return begun.size() > 1;
    }

    /** Null where there are none, or several. */
    @Nullable
    Subscription only() {
        return begun.size() == 1 ? begun.values().iterator().next() : null;
    }

    void each(Consumer<Subscription> action) {
        begun.values().forEach(action);
    }

    /** Oldest first. */
    List<SubscriptionRequest> requests() {
        return begun.values().stream().map(Subscription::request).toList();
    }

    List<SessionView.SubscriptionView> views() {
        return begun.values().stream().map(Subscription::view).toList();
    }

    // ---- Behind

    /** Lets those that are behind read on, a slice at a time, so that others have their turn in between. */
    void pump() {
        if (session.isClosed()) {
            return;
        }
        boolean more = false;
        try {
            for (Subscription subscription : List.copyOf(begun.values())) {
                more |= subscription.read(READ_BUDGET);
            }
            session.flush();
        } catch (Throwable failure) {
            session.fail(failure);
        }
        if (more && !session.isClosed() && !reading) {
            reading = true;
            loop.later(() -> {
                reading = false;
                pump();
            });
        } else if (!more && session.isServed() && outbox.isWritable() && hasReaderBehind()) {
            // The last flush emptied into a socket that took it all: nobody else would call us again.
            loop.later(this::pump);
        }
    }

    private boolean hasReaderBehind() {
        return begun.values().stream().anyMatch(one -> !one.isLive() && !one.isWaiting());
    }

    boolean isCatchingUp() {
        return begun.values().stream().anyMatch(one -> !one.isLive() && !one.isPaused());
    }

    /** By {@link System#nanoTime}, since when the first of those has been behind that are; empty: all are live. */
    OptionalLong behindSince() {
        return begun.values().stream()
                .filter(one -> !one.isLive())
                .mapToLong(Subscription::behindSince)
                .min();
    }

    /** Of a session that is over. */
    void close() {
        openings.forEach(Opening::release);
        begun.values().forEach(Subscription::close);
        metrics.subscribed(-begun.size());
    }
}
