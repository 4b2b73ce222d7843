package dev.sluice.fanout.log;

import dev.sluice.contract.event.Event;
import org.jspecify.annotations.Nullable;

/** One event in the recent log: its place in the order of this replica, and its neighbours in its channel. Safe on any thread. */
public final class Entry extends LogEvent {
    static final long NONE = -1;

    private final long sequence;
    private final long previousInChannel;
    private final ChannelChain chain;
    private volatile long nextInChannel = NONE;
    private volatile byte @Nullable [] fullCursor;

    Entry(Event event, int partition, long offset, long timestamp, long sequence, ChannelChain chain, int formats) {
        super(event, partition, offset, timestamp, formats);
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
    }
}
