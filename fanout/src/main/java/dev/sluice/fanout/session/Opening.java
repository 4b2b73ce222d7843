package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.position.PositionBook;
import dev.sluice.fanout.session.Places.Found;
import dev.sluice.fanout.session.Places.Question;
import dev.sluice.fanout.session.StartResolver.Beginning;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A subscription on its way: where it begins is found first, in memory or by asking Kafka, and an acknowledged one has to get hold of its
 * name. Then it is a {@link Subscription}, or it was refused. Belongs to its session's loop; whatever goes wrong ends that session.
 */
final class Opening implements Lease.Listener {
    private static final Logger LOG = Logger.getLogger(Opening.class);

    private final Session session;
    private final Subscriptions subscriptions;
    private final Loop loop;
    private final Places places;
    private final PositionBook positions;
    private final SubscriptionRequest request;
    private final SubscribeListener listener;
    private @Nullable Lease lease;

    /** What is done with the place that was found. */
    @FunctionalInterface
    private interface Then {
        void at(Found found) throws Rejected;
    }

    Opening(
            Session session,
            Subscriptions subscriptions,
            Loop loop,
            Places places,
            PositionBook positions,
            SubscriptionRequest request,
            SubscribeListener listener) {
        this.session = session;
        this.subscriptions = subscriptions;
        this.loop = loop;
        this.places = places;
        this.positions = positions;
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
            find(found -> subscriptions.begin(this, request, found, null));
            return;
        }
        try {
            lease = Lease.claim(durable, claim, positions, loop.executor(), this);
        } catch (Rejected refusal) {
            refused(refusal.problem());
        }
    }

    // ---- Where it begins

    private void find(Then then) {
        try {
            Found found = places.atOnce(request, loop.next());
            if (found == null) {
                await(places.ask(request, session::isClosed), then);
                return;
            }
            Found named = named(found);
            if (named == null) {
                // It has left memory meanwhile.
                find(then);
            } else {
                then.at(named);
            }
        } catch (Rejected refusal) {
            refused(refusal.problem());
        }
    }

    /** With a cursor that says where it is; null when nobody here knows any more. */
    private @Nullable Found named(Found found) {
        if (found.from().isEmpty() && found.beginning() instanceof Beginning.InMemory memory) {
            long[] frontier = loop.frontierAt(memory.place().sequence());
            return frontier == null
                    ? null
                    : new Found(memory, places.cursorAt(frontier, request).toString());
        }
        return found;
    }

    private void await(Question question, Then then) {
        question.answer()
                .whenComplete((offsets, failure) -> loop.later(() -> {
                    if (!session.isClosed()) {
                        session.fenced(() -> answered(offsets, failure, question.unanswered(), then));
                    }
                }));
    }

    private void answered(long @Nullable [] offsets, @Nullable Throwable failure, String why, Then then) {
        if (offsets == null) {
            LOG.debugf(failure, "A subscription can't begin: %s", why);
            refused(Problem.of(Reason.UNAVAILABLE, why));
            return;
        }
        try {
            then.at(places.of(offsets, request, loop.next()));
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
    private void store(Found found) throws Rejected {
        Cursor start = Cursor.parse("cursor", found.from());
        held().begin(
                        start,
                        problem -> session.fenced(() -> problem.ifPresentOrElse(this::refused, () -> begin(start))));
    }

    private void begin(Cursor position) {
        try {
            subscriptions.begin(this, request, places.after(position, request, loop.next()), held());
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
        subscriptions.refused(this, problem);
    }

    @Override
    public void opened() {
        session.drained();
    }

    @Override
    public void superseded() {
        subscriptions.superseded(this, request, held());
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
