package dev.sluice.edge.http;

import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.VertxByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jboss.logging.Logger;

/** Writes to a response, and knows how much of it the network has taken. On the response's event loop. */
public final class StreamedBody {
    /** The most that is written at a time: a client at 1 KB/s takes it in half a minute, and is not taken for one that reads nothing. */
    private static final int PIECE_BYTES = 32 * 1024;

    private static final Logger LOG = Logger.getLogger(StreamedBody.class);

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private long written;
    private long taken;
    private final Handler<AsyncResult<Void>> onTaken = this::taken;

    public StreamedBody(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
    }

    private void taken(AsyncResult<Void> done) {
        taken++;
        if (done.failed() && !response.closed()) {
            // There is a hole in the stream now, because memory ran out for example, and the client must not read on
            // behind it.
            LOG.warnf(done.cause(), "A piece of a response could not be written; the connection is cut");
            Connections.abort(request);
        }
    }

    /**
     * What to do when the peer takes more again. Not within a write: on HTTP/1.1 a piece may drain at once, and what were written then
     * would stand amid the pieces of the one before.
     */
    public void whenDrained(EventExecutor loop, Runnable action) {
        response.drainHandler(drained -> loop.execute(action));
    }

    /** Writes the frames, and releases them. */
    public void write(ByteBuf frames) {
        try {
            // In pieces, so that one large event does not look like a standstill on a slow connection.
            do {
                writePiece(frames, Math.min(frames.readableBytes(), PIECE_BYTES));
            } while (frames.isReadable());
        } finally {
            frames.release();
        }
    }

    /**
     * Vert.x's responses do not count references: a pooled buffer would be given back too often or never, which mixes up streams or
     * fills the memory. So it gets a copy of its own, of the kind that it would use itself.
     */
    private void writePiece(ByteBuf frames, int length) {
        ByteBuf piece = VertxByteBufAllocator.DEFAULT.heapBuffer(length, length).writeBytes(frames, length);
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
