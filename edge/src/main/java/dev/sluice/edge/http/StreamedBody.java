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

/** By the ways of Vert.x, which suit any version of HTTP. */
public final class StreamedBody implements Body {
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
            Body.cut(request, done.cause());
        }
    }

    @Override
    public void whenDrained(Runnable action) {
        EventExecutor loop = Connections.channel(request).eventLoop();
        response.drainHandler(drained -> loop.execute(action));
    }

    @Override
    public boolean isWritable() {
        return !response.writeQueueFull();
    }

    @Override
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

    /** Vert.x does with each write. */
    @Override
    public void flush() {}

    @Override
    public boolean isWaiting() {
        return written > taken;
    }

    @Override
    public long taken() {
        return taken;
    }
}
