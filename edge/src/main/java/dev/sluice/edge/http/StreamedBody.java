package dev.sluice.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Writes to a response, and knows how much of it the network has taken. On the response's event loop. */
public final class StreamedBody {
    private final HttpServerResponse response;
    private long written;
    private long taken;
    private final Handler<AsyncResult<Void>> onTaken = done -> taken++;

    public StreamedBody(HttpServerResponse response) {
        this.response = response;
    }

    /**
     * What to do when the peer takes more again. Not within a write: on HTTP/1.1 a piece may drain at once, and what were written then
     * would stand amid the pieces of the one before.
     */
    public void whenDrained(EventExecutor loop, Runnable action) {
        response.drainHandler(drained -> loop.execute(action));
    }

    /** Frames in heap memory that nobody counts references to; they belong to the response from here on. */
    public void write(ByteBuf frames) {
        // In pieces, so that one large event does not look like a standstill on a slow connection.
        while (frames.readableBytes() > ResponseOutlet.PIECE_BYTES) {
            writePiece(frames.readSlice(ResponseOutlet.PIECE_BYTES));
        }
        writePiece(frames);
    }

    private void writePiece(ByteBuf piece) {
        written++;
        response.write(Buffer.buffer(piece)).onComplete(onTaken);
    }

    /** Whether some of it waits for the network. */
    public boolean isWaiting() {
        return written > taken;
    }

    /** How many pieces the network has taken. */
    public long taken() {
        return taken;
    }
}
