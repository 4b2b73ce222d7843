package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.session.StartResolver.Beginning;
import dev.sluice.fanout.session.StartResolver.Place;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A subscription on its way: where it begins is found first, in memory or by asking Kafka, and an acknowledged one has to get hold of its
 * name. Then it is a {@link Subscription}, or it was refused. Belongs to its session's loop; whatever goes wrong ends that session.
 */
final class Opening implements Lease.Listener {
    private static final Logger LOG = Logger.getLogger(Opening.class);

    private final Session session;
    private final Loop loop;
    private final EngineParts parts;
    private final SubscriptionRequest request;
    private final SubscribeListener listener;
    private @Nullable Lease lease;

    /** What is done with the place that was found. */
    @FunctionalInterface
    private interface Found {
        /** @param from the cursor that the client came with, or that says where it begins; empty when it is where memory says */
        void at(Beginning beginning, String from) throws Rejected;
    }

    Opening(Session session, Loop loop, SubscriptionRequest request, SubscribeListener listener) {
        this.session = session;
        this.loop = loop;
        this.parts = loop.parts();
        this.request = request;
        this.listener = listener;
    }

    SubscribeListener listener() {
        return listener;
    }

    /** @param claim unique over all replicas, for a name */
    void start(String claim) {
        Durable durable = request.durable();
        if (durable == null) {
            find((beginning, from) -> session.begin(this, request, beginning, from, null));
            return;
        }
        try {
            lease = Lease.claim(durable, claim, parts.positions(), loop.executor(), this);
        } catch (Rejected refusal) {
            refused(refusal.problem());
        }
    }

    // ---- Where it begins

    private void find(Found then) {
        StartResolver starts = parts.starts();
        Start start = request.start();
        try {
            if (start instanceof Start.After after) {
                then.at(
                        starts.after(after.cursor(), request, loop.next()),
                        after.cursor().toString());
            } else if (start instanceof Start.Since since) {
                await(offsetsAt(since.time()), "Kafka did not say where this time lies in the log", then);
            } else if (start instanceof Start.Last last) {
                last(last.count(), then);
            } else {
                then.at(new Beginning.InMemory(Place.at(loop.next())), "");
            }
        } catch (Rejected refusal) {
            refused(refusal.problem());
        }
    }

    private CompletionStage<long[]> offsetsAt(Instant time) {
        return parts.times().offsetsAt(time, loop.log().head().partitions());
    }

    private void last(int count, Found then) throws Rejected {
        Place place = parts.starts().last(count, request, loop.next());
        if (place != null) {
            then.at(new Beginning.InMemory(place), "");
            return;
        }
        await(
                parts.searches()
                        .find(new LastSearch.Wanted(request.channels(), request.filter(), count), session::isClosed),
                "the newest events could not be found",
                then);
    }

    /** @param why what the client is told when there is no answer */
    private void await(CompletionStage<long[]> answer, String why, Found then) {
        answer.whenComplete((offsets, failure) -> loop.later(() -> {
            if (!session.isClosed()) {
                session.fenced(() -> answered(offsets, failure, why, then));
            }
        }));
    }

    private void answered(long @Nullable [] offsets, @Nullable Throwable failure, String why, Found then) {
        if (offsets == null) {
            LOG.debugf(failure, "A subscription can't begin: %s", why);
            refused(Problem.of(Reason.UNAVAILABLE, why));
            return;
        }
        try {
            then.at(
                    parts.starts().since(offsets, request, loop.next()),
                    Cursor.all(parts.cursors().topic(), offsets).toString());
        } catch (Rejected refusal) {
            refused(refusal.problem());
        }
    }

    // ---- Of an acknowledged one: its name

    @Override
    public void granted(@Nullable Cursor position) {
        session.fenced(() -> {
            if (position != null) {
                begin(position);
            } else {
                find(this::store);
            }
        });
    }

    /** Where it begins for the first time. */
    private void store(Beginning beginning, String from) throws Rejected {
        Cursor start = from.isEmpty() && beginning instanceof Beginning.InMemory memory
                ? parts.starts().cursorAt(loop.frontierAt(memory.place().sequence()), request)
                : Cursor.parse("cursor", from);
        held().begin(
                        start,
                        problem -> session.fenced(() -> problem.ifPresentOrElse(this::refused, () -> begin(start))));
    }

    private void begin(Cursor position) {
        try {
            session.begin(
                    this, request, parts.starts().after(position, request, loop.next()), position.toString(), held());
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
        release();
        session.refused(this, problem);
    }

    @Override
    public void opened() {
        session.drained();
    }

    @Override
    public void superseded() {
        session.superseded(this, request, held());
    }

    /** Gives its name free, where it has one and is no subscription yet. */
    void release() {
        if (lease != null) {
            lease.release();
        }
    }

    private Lease held() {
        return Objects.requireNonNull(lease, "it is called back from the loop, after the claim was made");
    }
}
