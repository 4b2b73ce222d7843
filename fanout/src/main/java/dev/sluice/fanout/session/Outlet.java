package dev.sluice.fanout.session;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletionStage;

/**
 * The socket of one session, as the engine needs it; an edge implements it. Called on the session's event loop only. When it
 * becomes writable again after it was not, the edge calls {@link Session#drained()}; when the peer is gone, {@link
 * Session#disconnected()}.
 */
public interface Outlet {

    /** What stands around the frames of a write. Asked once; those of a transport share one. */
    default Envelope envelope() {
        return Envelope.NONE;
    }

    /** Whether the transport takes more without queueing beyond its high-water mark. */
    boolean isWritable();

    /**
     * Writes whole frames in their envelope; they need not be on their way before {@link #flush}. The buffer may be one that others are
     * written too, so its content is not to be changed; its reference belongs to the outlet from here on.
     *
     * @param sum what the envelope said of them
     */
    void write(ByteBuf frames, long sum);

    /** Sends what was written. Once for a batch of events. */
    void flush();

    /** Whether some of what was written is still here, because the network does not take it. */
    boolean isWaiting();

    /** Grows whenever the network has taken some of what was written, at the latest after some 10 KiB. */
    long taken();

    /**
     * Ends the connection in the way of the protocol, after what was written. Called once, and nothing after it but {@link #abort}.
     *
     * @return completes when the network has the last of it, or never will; on the session's event loop
     */
    CompletionStage<Void> end(Control.Close close);

    /**
     * Cuts the connection; what still waits is lost. Called after {@link #end} when that takes too long or fails, and instead of it after
     * a {@link #write} that failed.
     */
    void abort();
}
