package dev.sluice.fanout.log;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.event.CloudEvents;
import dev.sluice.contract.event.Event;
import dev.sluice.fanout.session.BodyFormat;
import io.cloudevents.CloudEvent;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One event in the recent log, with what its readers share: its encoded bodies and cursors, made when first needed. Safe on
 * any thread; two loops may both encode what neither has seen yet, and either result is right.
 */
public final class Entry {
    static final long NONE = -1;

    private final Event event;
    private final int partition;
    private final long offset;
    private final long timestamp;
    private final long sequence;
    private final long previousInChannel;
    private final ChannelChain chain;
    private final AtomicReferenceArray<byte[]> bodies;
    private volatile long nextInChannel = NONE;
    private volatile byte @Nullable [] ownCursor;
    private volatile byte @Nullable [] fullCursor;
    private volatile @Nullable CloudEvent cloudEvent;

    Entry(Event event, int partition, long offset, long timestamp, long sequence, ChannelChain chain, int formats) {
        this.event = event;
        this.partition = partition;
        this.offset = offset;
        this.timestamp = timestamp;
        this.sequence = sequence;
        this.chain = chain;
        this.previousInChannel = chain.last();
        this.bodies = new AtomicReferenceArray<>(formats);
    }

    public Event event() {
        return event;
    }

    public int partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    /** When the log took it, in ms since the epoch by the broker's clock. */
    public long timestamp() {
        return timestamp;
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

    /** @param slot the place of the format among those of the engine */
    public byte[] body(int slot, BodyFormat format) {
        byte[] body = bodies.getAcquire(slot);
        if (body == null) {
            body = format.encode(event, timestamp);
            bodies.setRelease(slot, body);
        }
        return body;
    }

    /** The cursor right after it for readers of its channel alone. */
    public byte[] ownCursor(CursorEncoder encoder) {
        byte[] cursor = ownCursor;
        if (cursor == null) {
            cursor = encoder.single(partition, offset + 1);
            ownCursor = cursor;
        }
        return cursor;
    }

    /** The cursor right after it for readers of all partitions; null until somebody made it. */
    public byte @Nullable [] fullCursor() {
        return fullCursor;
    }

    public void shareFullCursor(byte[] cursor) {
        fullCursor = cursor;
    }

    /** What filters look at. */
    public CloudEvent cloudEvent() {
        CloudEvent view = cloudEvent;
        if (view == null) {
            view = CloudEvents.of(event);
            cloudEvent = view;
        }
        return view;
    }

    /** What it holds in memory, roughly, once each format was read: an estimate made before, so that the bound is kept. */
    static long footprint(Event event, int formats) {
        return 400L + (long) event.size() * (1 + formats);
    }
}
