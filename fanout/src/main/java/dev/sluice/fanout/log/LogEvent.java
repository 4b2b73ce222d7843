package dev.sluice.fanout.log;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.event.CloudEvents;
import dev.sluice.contract.event.Event;
import io.cloudevents.CloudEvent;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One event where the log has it, with what its readers share: its encoded bodies and cursor, made when first needed. Safe on
 * any thread; two loops may both encode what neither has seen yet, and either result is right.
 */
public sealed class LogEvent permits Entry {
    /** Entry, event, channel, the array of bodies, and the slots in ring and window. */
    private static final long OBJECTS = 215;

    private static final int ARRAY = 20;
    /** A string with its array. */
    private static final int TEXT = 28;
    /** A CloudEvent of the SDK without its texts, which are the event's. */
    private static final int VIEW = 380;

    private final Event event;
    private final int partition;
    private final long offset;
    private final long timestamp;
    private final AtomicReferenceArray<byte[]> bodies;
    private volatile byte @Nullable [] ownCursor;
    private volatile @Nullable CloudEvent cloudEvent;

    /** How a form of it is made. Has no state, is called on any thread. */
    @FunctionalInterface
    public interface Encoder {

        /** @param logTime when the log took the event, in ms since the epoch */
        byte[] encode(Event event, long logTime);
    }

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
    public final byte[] body(int slot, Encoder format) {
        byte[] body = bodies.getAcquire(slot);
        if (body == null) {
            byte[] encoded = format.encode(event, timestamp);
            body = bodies.compareAndExchange(slot, null, encoded);
            if (body == null) {
                body = encoded;
                grows(ARRAY + encoded.length);
            }
        }
        return body;
    }

    /** It holds so many bytes more from now on. */
    void grows(int bytes) {}

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
            grows(ARRAY + cursor.length);
        }
        return cursor;
    }

    /** What filters look at. */
    public final CloudEvent cloudEvent() {
        CloudEvent view = cloudEvent;
        if (view == null) {
            view = CloudEvents.of(event);
            cloudEvent = view;
            grows(VIEW + event.extensions().size() * TEXT);
        }
        return view;
    }

    /** What it holds in memory, roughly, once each format was read: an estimate made before, so that a bound is kept. */
    public static long footprint(Event event, int formats) {
        return bare(event) + formats * (150L + event.size());
    }

    /** What it holds in memory before anybody has read it, with its place in what finds it; a few per cent more or less. */
    static long bare(Event event) {
        long text = text(event.channel().name())
                + text(event.id())
                + text(event.source())
                + text(event.type())
                + text(event.subject())
                + text(event.contentType())
                + text(event.dataSchema());
        for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
            text += text(extension.getKey()) + text(extension.getValue());
        }
        return OBJECTS + text + (event.data() == null ? 0 : ARRAY + event.size());
    }

    private static long text(@Nullable String text) {
        return text == null ? 0 : TEXT + text.length();
    }
}
