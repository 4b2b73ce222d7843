package dev.sluice.edge.http;

import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.VertxByteBufAllocator;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.BiConsumer;

/** A streamed HTTP response, of HTTP/1.1 or HTTP/2, as the socket of a session. On the response's event loop. */
public final class ResponseOutlet implements Outlet {
    /**
     * More than this does not wait for a peer that reads slowly, besides the last write and what the kernel holds: everything else
     * stands in the log. Thousands may stop reading at once.
     */
    public static final int WRITE_QUEUE_BYTES = 8 * 1024;

    private final HttpServerResponse response;
    private final BiConsumer<HttpServerResponse, Control.Close> ending;

    /** @param ending how the protocol ends a response, after the last frame */
    public ResponseOutlet(HttpServerResponse response, BiConsumer<HttpServerResponse, Control.Close> ending) {
        this.response = response;
        this.ending = ending;
    }

    /** Lets the session know when the socket drains and when the peer leaves. */
    public void attach(Session session) {
        response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        response.drainHandler(drained -> session.drained());
        response.exceptionHandler(broken -> session.disconnected());
        response.closeHandler(gone -> session.disconnected());
        response.endHandler(ended -> session.disconnected());
    }

    /**
     * What Vert.x itself would use. Its responses do not count references: a pooled buffer would be given back too often or never,
     * which mixes up streams or fills the memory.
     */
    public static ByteBuf buffer(int initialCapacity) {
        return VertxByteBufAllocator.DEFAULT.heapBuffer(initialCapacity);
    }

    @Override
    public ByteBuf allocate(int initialCapacity) {
        return buffer(initialCapacity);
    }

    @Override
    public boolean isWritable() {
        return !response.writeQueueFull();
    }

    @Override
    public void write(ByteBuf frames) {
        if (response.closed() || response.ended()) {
            frames.release();
            return;
        }
        response.write(Buffer.buffer(frames));
    }

    @Override
    public void end(Control.Close close) {
        if (!response.closed() && !response.ended()) {
            ending.accept(response, close);
        }
    }
}
