package dev.sluice.bench.load;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * Notes when each event is at each client. {@link #arrive} is called by the clients' loop alone; what it has found is read after
 * {@link #await}.
 */
public final class Watch {
    private static final int PATIENCE_SECONDS = 300;
    private static final int DIGITS = 3;

    private final int[] left;
    private final long[] first;
    private final long[] last;
    private final IntToLongFunction due;
    private final Runnable everywhere;
    private final Histogram behindFirst = new Histogram(DIGITS);
    private final Histogram behindDue = new Histogram(DIGITS);
    private final CountDownLatch done;

    /**
     * @param clients that are to have each event
     * @param due when an event was to be sent, by {@link System#nanoTime}: one that was sent late counts as late
     * @param everywhere called when an event is at all clients
     */
    public Watch(int clients, int events, IntToLongFunction due, Runnable everywhere) {
        this.left = new int[events];
        Arrays.fill(left, clients);
        this.first = new long[events];
        this.last = new long[events];
        this.due = due;
        this.everywhere = everywhere;
        this.done = new CountDownLatch(events);
    }

    void arrive(int event) {
        if (event >= left.length) {
            throw new IllegalStateException("a client got more than " + left.length + " events");
        }
        long now = System.nanoTime();
        if (first[event] == 0) {
            first[event] = now;
        }
        behindFirst.recordValue(now - first[event]);
        behindDue.recordValue(Math.max(0, now - due.applyAsLong(event)));
        if (--left[event] == 0) {
            last[event] = now;
            everywhere.run();
            done.countDown();
        }
    }

    /** Waits until each client has each event. */
    public void await() throws InterruptedException {
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(done.getCount() + " events are not at all clients");
        }
    }

    /** How much later than the first client each client had an event, in ns. */
    public Histogram behindFirst() {
        return behindFirst;
    }

    /** From the first client that had an event to the last one, in ns; when it is at all of them. */
    public long firstToLast(int event) {
        return last[event] - first[event];
    }

    /** How much later than it was to be sent each client had an event, in ns. */
    public Histogram behindDue() {
        return behindDue;
    }
}
