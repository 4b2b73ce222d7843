package dev.sluice.edge.http;

import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

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

    /**
     * A piece could not be written. There is a hole in the stream now, because memory ran out for example, and the client must not read on
     * behind it: it is cut. Most often it is only the client that has gone.
     */
    static void cut(HttpServerRequest request, Throwable cause) {
        Logger.getLogger(Body.class)
                .logf(
                        cause instanceof IOException ? Level.DEBUG : Level.WARN,
                        cause,
                        "A piece of a response could not be written; it is cut");
        Connections.abort(request);
    }
}
