package dev.sluice.edge.http;

import io.netty.buffer.ByteBuf;

/** What a response streams, and how much of it the network has taken. On the response's event loop. */
public interface Body {
    /** The most that is written at a time: a client at 1 KB/s takes it in half a minute, and is not taken for one that reads nothing. */
    int PIECE_BYTES = 32 * 1024;

    /**
     * What to do when the peer takes more again. Not within a write: a piece may drain at once, and what were written then would stand
     * amid the pieces of the one before.
     */
    void whenDrained(Runnable action);

    /** Whether the peer takes more without queueing beyond the high-water mark. */
    boolean isWritable();

    /** Writes the frames, and releases them. They need not be on their way before {@link #flush}. */
    void write(ByteBuf frames);

    /** Sends what was written. */
    void flush();

    /** Whether some of it waits for the network. */
    boolean isWaiting();

    /** How many pieces the network has taken. */
    long taken();
}
