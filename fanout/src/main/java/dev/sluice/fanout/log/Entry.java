package dev.sluice.fanout.log;

import dev.sluice.contract.event.Event;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One event in the recent log: its place in the order of this replica, and its neighbours in its channel. Safe on any thread. */
public final class Entry extends LogEvent {
    static final long NONE = -1;
    private static final int GONE = -1;
    private static final AtomicIntegerFieldUpdater<Entry> GROWTH =
            AtomicIntegerFieldUpdater.newUpdater(Entry.class, "growth");

    private final long sequence;
    private final long since;
    private final long previousInChannel;
    private final ChannelChain chain;
    /** Of all in the log; so that what readers add to an event in memory counts. */
    private final AtomicLong grown;

    private volatile long nextInChannel = NONE;
    private volatile byte @Nullable [] fullCursor;

    /** What was added to it; negative once it has left memory. */
    private volatile int growth;

    Entry(Event event, int partition, long offset, long timestamp, long sequence, ChannelChain chain, int formats) {
        this(event, partition, offset, timestamp, sequence, chain, formats, timestamp, new AtomicLong());
    }

    /**
     * @param since from when on it is in memory, by the log's time but not in the future
     * @param grown of all in the log
     */
    Entry(
            Event event,
            int partition,
            long offset,
            long timestamp,
            long sequence,
            ChannelChain chain,
            int formats,
            long since,
            AtomicLong grown) {
        super(event, partition, offset, timestamp, formats);
        this.since = since;
        this.grown = grown;
        this.sequence = sequence;
        this.chain = chain;
        this.previousInChannel = chain.last();
    }

    /** Its place in the order of this replica. */
    public long sequence() {
        return sequence;
    }

    public ChannelChain chain() {
        return chain;
    }

    /** The sequence of the event before it in its channel, or -1. It may have left memory. */
    public long previousInChannel() {
        return previousInChannel;
    }

    /** The sequence of the next event in its channel, or -1 as long as there is none. */
    public long nextInChannel() {
        return nextInChannel;
    }

    void linkNext(long next) {
        nextInChannel = next;
    }

    /** The cursor right after it for readers of all partitions; null until somebody made it. */
    public byte @Nullable [] fullCursor() {
        return fullCursor;
    }

    public void shareFullCursor(byte[] cursor) {
        fullCursor = cursor;
        grows(cursor.length);
    }

    /** From when on it is in memory; its age counts from then. */
    long since() {
        return since;
    }

    @Override
    void grows(int bytes) {
        for (int before = growth; before >= 0; before = growth) {
            if (GROWTH.compareAndSet(this, before, before + bytes)) {
                grown.addAndGet(bytes);
                return;
            }
        }
    }

    /** Whoever holds it still does; it counts no more. */
    void leaves() {
        grown.addAndGet(-GROWTH.getAndSet(this, GONE));
    }
}
