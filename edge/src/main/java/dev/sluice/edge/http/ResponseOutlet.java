package dev.sluice.edge.http;

import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A streamed HTTP response, of HTTP/1.1 or HTTP/2, as the socket of a session. On the response's event loop. */
public final class ResponseOutlet implements Outlet {
    /**
     * More than this does not wait for a peer that reads slowly, besides the last write and what the kernel holds: everything else
     * stands in the log. Thousands may stop reading at once.
     */
    public static final int WRITE_QUEUE_BYTES = 8 * 1024;

    /** The most that is written at a time: a client at 1 KB/s takes it in half a minute. */
    public static final int PIECE_BYTES = 32 * 1024;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final StreamedBody body;

    public ResponseOutlet(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
        this.body = new StreamedBody(response);
    }

    /** Lets the session know when the socket drains and when the peer leaves. */
    public void attach(Session session) {
        Connections.keepKernelQueueShort(Connections.channel(request));
        response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        body.whenDrained(Connections.channel(request).eventLoop(), session::drained);
        response.exceptionHandler(broken -> session.disconnected());
        response.closeHandler(gone -> session.disconnected());
        response.endHandler(ended -> session.disconnected());
        if (response.closed()) {
            // While it was found out where to begin; nobody would tell us any more.
            session.disconnected();
        }
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
        body.write(frames);
    }

    @Override
    public boolean isWaiting() {
        return body.isWaiting();
    }

    @Override
    public long taken() {
        return body.taken();
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        return response.closed() || response.ended()
                ? CompletableFuture.completedFuture(null)
                : response.end().toCompletionStage();
    }

    @Override
    public void abort() {
        Connections.abort(request);
    }
}
