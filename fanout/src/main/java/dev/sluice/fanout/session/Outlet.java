package dev.sluice.fanout.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * The socket of one session, as the engine needs it; an edge implements it. Called on the session's event loop only. When it
 * becomes writable again after it was not, the edge calls {@link Session#drained()}; when the peer is gone, {@link
 * Session#disconnected()}.
 */
public interface Outlet {

    /** Whether the transport takes more without queueing beyond its high-water mark. */
    boolean isWritable();

    /** A buffer to put frames into, of the kind that this transport releases. It comes back by {@link #write}, or is released. */
    default ByteBuf allocate(int initialCapacity) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity);
    }

    /** Writes and flushes whole frames, once for a batch of events. The buffer belongs to the outlet from here on. */
    void write(ByteBuf frames);

    /** Ends the connection in the way of the protocol, after what was written. Called once, and nothing after it. */
    void end(Control.Close close);
}
