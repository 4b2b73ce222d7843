package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.position.AckWindow;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.position.Holder;
import dev.sluice.fanout.position.PositionBook;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An acknowledged subscription's hold on its name: from the claim, which waits until it has been read back from Kafka, until somebody
 * claims the name later or the subscription ends. It knows what was delivered and is not acknowledged yet. But for the calls of {@link
 * Holder} it belongs to its session's loop.
 */
final class Lease implements Holder {
    /** Longer than the publisher itself waits for Kafka. */
    private static final long PATIENCE_SECONDS = 15;

    private final Durable durable;
    private final String id;
    private final PositionBook book;
    private final EventExecutor loop;
    private final Listener listener;
    private final AckWindow window;
    private final Future<?> patience;

    private boolean granted;
    private boolean over;

    /** What the session is told, on its loop. Either refused, or granted and what follows from that. */
    interface Listener {
        /** @param position where it stands; null when it has none yet */
        void granted(@Nullable Cursor position);

        void refused(Problem problem);

        /** More may be delivered. */
        void opened();

        /** Somebody else has the name now. */
        void superseded();
    }

    private Lease(Durable durable, String id, PositionBook book, EventExecutor loop, Listener listener) {
        this.durable = durable;
        this.id = id;
        this.book = book;
        this.loop = loop;
        this.listener = listener;
        this.window = new AckWindow(durable.maxUnacked());
        this.patience = loop.schedule(
                () -> refuse(Problem.of(Reason.UNAVAILABLE, "the positions are not at hand; come back later")),
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
    }

    /**
     * Claims the name.
     *
     * @param id unique over all replicas
     * @throws Rejected when it would be one name too many
     */
    static Lease claim(Durable durable, String id, PositionBook book, EventExecutor loop, Listener listener)
            throws Rejected {
        book.requireRoom(durable.name());
        var lease = new Lease(durable, id, book, loop, listener);
        book.enter(durable.name(), id, lease);
        durable.writer()
                .claim(
                        durable.name().name(),
                        id,
                        problem -> problem.ifPresent(refusal -> loop.execute(() -> lease.refuse(refusal))));
        return lease;
    }

    private void refuse(Problem problem) {
        if (!granted && !over) {
            release();
            listener.refused(problem);
        }
    }

    /** Makes the first position, so that it can be come back to before anything was acknowledged. */
    void begin(Cursor position, Consumer<Optional<Problem>> answer) {
        durable.writer()
                .acknowledge(
                        durable.name().name(),
                        position,
                        problem -> loop.execute(() -> {
                            if (!over) {
                                answer.accept(problem);
                            }
                        }));
    }

    /**
     * The client has processed what it had before the cursor.
     *
     * @param answer on any thread, once; empty when Kafka has it
     */
    void acknowledge(Cursor cursor, Consumer<Optional<Problem>> answer) throws Rejected {
        book.acknowledge(durable.name(), cursor, durable.writer(), answer);
    }

    /** Whether it has to wait for an acknowledgement. */
    boolean isFull() {
        return window.isFull();
    }

    void delivered(int partition, long offset) {
        window.delivered(partition, offset);
    }

    /** Idempotent. */
    void release() {
        over = true;
        patience.cancel(false);
        book.leave(durable.name(), id);
    }

    @Override
    public void granted(@Nullable Cursor position) {
        loop.execute(() -> {
            if (!over) {
                granted = true;
                patience.cancel(false);
                listener.granted(position);
            }
        });
    }

    @Override
    public void acknowledged(Cursor position) {
        loop.execute(() -> {
            boolean wasFull = window.isFull();
            window.acknowledged(position);
            if (!over && wasFull && !window.isFull()) {
                listener.opened();
            }
        });
    }

    @Override
    public void superseded() {
        loop.execute(() -> {
            if (!over) {
                release();
                listener.superseded();
            }
        });
    }
}
