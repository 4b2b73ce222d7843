package dev.sluice.client.http;

import dev.sluice.client.Demand;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The body of an endless answer, handed on piece by piece and only as fast as it is asked for. */
public final class StreamBody implements Flow.Subscriber<List<ByteBuffer>> {

    /** What is done with the body. Exceptions end it. */
    public interface Reader {
        void read(byte[] piece);

        /** @param failure null at the regular end */
        void ended(@Nullable Throwable failure);
    }

    private final Reader reader;
    private final Demand demand = new Demand(this::request);
    private Flow.@Nullable Subscription subscription;
    private boolean cancelled;

    public StreamBody(Reader reader) {
        this.reader = reader;
    }

    public Demand demand() {
        return demand;
    }

    /** Closes the connection. */
    public void cancel() {
        synchronized (this) {
            cancelled = true;
        }
        onSubscription(Flow.Subscription::cancel);
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        boolean late;
        synchronized (this) {
            subscription = newSubscription;
            late = cancelled;
        }
        if (late) {
            newSubscription.cancel();
        } else {
            demand.more();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        try {
            for (var buffer : buffers) {
                var piece = new byte[buffer.remaining()];
                buffer.get(piece);
                reader.read(piece);
            }
            demand.more();
        } catch (RuntimeException violation) {
            reader.ended(violation);
            cancel();
        }
    }

    @Override
    public void onError(Throwable failure) {
        reader.ended(failure);
    }

    @Override
    public void onComplete() {
        reader.ended(null);
    }

    private void request(long items) {
        onSubscription(present -> present.request(items));
    }

    private void onSubscription(Consumer<Flow.Subscription> action) {
        Flow.Subscription present;
        synchronized (this) {
            present = subscription;
        }
        if (present != null) {
            action.accept(present);
        }
    }
}
