package dev.sluice.fanout.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session has to say, on its way to the socket. What it is told alone is gathered in one buffer, for a turn of the loop; what
 * others are told too comes as it is. Both go out in the order in which they came. Belongs to its session's loop.
 */
final class Outbox {
    /** More than this is not gathered before the socket is asked again; so much may wait for a peer that does not read. */
    private static final int CHUNK = 16 * 1024;

    private static final int FIRST_BYTES = 512;
    /** What a frame has besides body and cursor, about. */
    private static final int FRAME_BYTES = 512;

    private static final byte[] NONE = {};

    private final Session session;
    private final Outlet outlet;
    private final Envelope envelope;
    private final FrameFormat format;
    private final Loop loop;
    private @Nullable ByteBuf pending;
    private boolean dirty;
    private long bytes;
    /** Whether its socket failed amid a write: what follows would be taken for the rest of that. */
    private boolean torn;
    /** What its socket had taken at the last heartbeat, and at how many in a row it had taken no more although more waited. */
    private long taken;

    private int idleBeats;

    /** @param format of what concerns the session as a whole */
    Outbox(Session session, Outlet outlet, FrameFormat format, Loop loop) {
        this.session = session;
        this.outlet = outlet;
        this.envelope = outlet.envelope();
        this.format = format;
        this.loop = loop;
    }

    Envelope envelope() {
        return envelope;
    }

    /** Of frames that went to the socket. */
    long bytes() {
        return bytes;
    }

    boolean isTorn() {
        return torn;
    }

    /** Whether some of what was written is still here. */
    boolean isWaiting() {
        return outlet.isWaiting();
    }

    boolean isWritable() {
        return outlet.isWritable();
    }

    /** Whether one more frame may be gathered. */
    boolean hasRoom() {
        flushIfLarge();
        return pending != null || outlet.isWritable();
    }

    /** An event of one subscription, whose label is empty where that goes without saying. */
    void event(FrameFormat its, byte[] label, byte[] body, byte[] cursor) {
        write(body.length + cursor.length + FRAME_BYTES, out -> its.event(out, label, body, cursor));
        loop.delivered(1, 0);
    }

    /** To one subscription. */
    void say(FrameFormat its, byte[] label, Control control, byte[] cursor) {
        if (!session.isClosed()) {
            write(0, out -> its.control(out, label, control, cursor));
            flushIfLarge();
        }
    }

    void say(byte[] label, Control control, byte[] cursor) {
        say(format, label, control, cursor);
    }

    /** To the whole session, where it stands at a cursor. */
    void say(Control control, byte[] cursor) {
        say(format.label(""), control, cursor);
    }

    /** To the whole session, which stands nowhere, or was told where. */
    void say(Control control) {
        say(NONE, control, NONE);
    }

    /**
     * Gathers frames; all of them or, where that throws, nothing.
     *
     * @param size about how many bytes
     */
    void write(int size, Consumer<ByteBuf> frames) {
        ByteBuf out = pending();
        // Netty would double it, and copy what it holds, six times until a chunk is full.
        if (out.writableBytes() < size && out.isReadable()) {
            out.ensureWritable(Math.max(size, Math.min(3 * out.capacity(), CHUNK)));
        }
        int start = out.writerIndex();
        try {
            frames.accept(out);
        } catch (Throwable failure) {
            out.writerIndex(start);
            throw failure;
        }
    }

    void flushIfLarge() {
        ByteBuf gathered = pending;
        if (gathered != null && gathered.readableBytes() >= CHUNK) {
            flush();
        }
    }

    private ByteBuf pending() {
        ByteBuf buffer = pending;
        if (buffer == null) {
            buffer = PooledByteBufAllocator.DEFAULT.directBuffer(FIRST_BYTES);
            envelope.begin(buffer);
            pending = buffer;
        }
        flushLater();
        return buffer;
    }

    private void flushLater() {
        if (!dirty) {
            dirty = true;
            loop.flushLater(session);
        }
    }

    /**
     * Writes frames that others get too, after what was gathered. They are counted by who has them.
     *
     * @param sum what their envelope said of them
     * @param last whether nothing more is to be expected in this turn
     * @return false when the socket does not take them now
     */
    boolean take(ByteBuf run, long sum, boolean last) {
        if (pending != null) {
            flush();
        }
        if (session.isClosed() || !outlet.isWritable()) {
            return false;
        }
        bytes += run.readableBytes();
        torn = true;
        outlet.write(run.retainedDuplicate(), sum);
        if (last) {
            outlet.flush();
        } else {
            flushLater();
        }
        torn = false;
        return true;
    }

    void flush() {
        boolean was = dirty;
        dirty = false;
        ByteBuf frames = pending;
        pending = null;
        torn = true;
        if (frames != null && frames.isReadable()) {
            long sum = end(frames);
            bytes += frames.readableBytes();
            loop.delivered(0, frames.readableBytes());
            outlet.write(frames, sum);
            outlet.flush();
        } else if (frames != null) {
            frames.release();
        } else if (was) {
            outlet.flush();
        }
        torn = false;
    }

    private long end(ByteBuf frames) {
        try {
            return envelope.end(frames);
        } catch (Throwable failure) {
            frames.release();
            throw failure;
        }
    }

    /** The first heartbeat that finds something waiting says little: it may have been written just before. */
    boolean isStalled(int mostBeats) {
        long now = outlet.taken();
        idleBeats = isWaiting() && now == taken ? idleBeats + 1 : 0;
        taken = now;
        return idleBeats > mostBeats;
    }

    void restartBeats() {
        idleBeats = 0;
    }

    /** Nothing goes out any more. */
    void close() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    /** Cuts the connection; what still waits is lost. */
    void abort() {
        outlet.abort();
    }

    /** Ends the connection; nothing may be written after it. */
    void end(Control.Close close) {
        if (torn) {
            outlet.abort();
        } else {
            loop.wheel().letGo(outlet, close);
        }
    }
}
