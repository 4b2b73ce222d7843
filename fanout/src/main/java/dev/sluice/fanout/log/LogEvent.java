package dev.sluice.fanout.log;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.event.CloudEvents;
import dev.sluice.contract.event.Event;
import dev.sluice.fanout.session.BodyFormat;
import io.cloudevents.CloudEvent;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One event where the log has it, with what its readers share: its encoded bodies and cursor, made when first needed. Safe on
 * any thread; two loops may both encode what neither has seen yet, and either result is right.
 */
public sealed class LogEvent permits Entry {
    private final Event event;
    private final int partition;
    private final long offset;
    private final long timestamp;
    private final AtomicReferenceArray<byte[]> bodies;
    private volatile byte @Nullable [] ownCursor;
    private volatile @Nullable CloudEvent cloudEvent;

    /**
     * @param timestamp when the log took it, in ms since the epoch
     * @param formats how many body formats the engine knows
     */
    public LogEvent(Event event, int partition, long offset, long timestamp, int formats) {
        this.event = event;
        this.partition = partition;
        this.offset = offset;
        this.timestamp = timestamp;
        this.bodies = new AtomicReferenceArray<>(formats);
    }

    public final Event event() {
        return event;
    }

    public final int partition() {
        return partition;
    }

    public final long offset() {
        return offset;
    }

    /** When the log took it, in ms since the epoch by the broker's clock. */
    public final long timestamp() {
        return timestamp;
    }

    /** @param slot the place of the format among those of the engine */
    public final byte[] body(int slot, BodyFormat format) {
        byte[] body = bodies.getAcquire(slot);
        if (body == null) {
            body = format.encode(event, timestamp);
            bodies.setRelease(slot, body);
        }
        return body;
    }

    /**
     * The cursor right after it for readers of its partition alone.
     *
     * @param partitions how many its reader knows; who asks later, when there are more, gets the same
     */
    public final byte[] ownCursor(CursorEncoder encoder, int partitions) {
        byte[] cursor = ownCursor;
        if (cursor == null) {
            cursor = encoder.single(partitions, partition, offset + 1);
            ownCursor = cursor;
        }
        return cursor;
    }

    /** What filters look at. */
    public final CloudEvent cloudEvent() {
        CloudEvent view = cloudEvent;
        if (view == null) {
            view = CloudEvents.of(event);
            cloudEvent = view;
        }
        return view;
    }

    /** What it holds in memory, roughly, once each format was read: an estimate made before, so that a bound is kept. */
    public static long footprint(Event event, int formats) {
        return 400L + (long) event.size() * (1 + formats);
    }
}
