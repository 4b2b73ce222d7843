package dev.sluice.edge.http;

import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
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

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final StreamedBody body;

    public ResponseOutlet(RoutingContext context) {
        this.context = context;
        this.request = context.request();
        this.response = context.response();
        this.body = new StreamedBody(request);
    }

    /** Lets the session know when the socket drains and when the peer leaves. Before it subscribes, because that may take a while. */
    public void attach(Session session) {
        Departure.watch(context, session);
        Connections.keepKernelQueueShort(Connections.channel(request));
        response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        body.whenDrained(Connections.channel(request).eventLoop(), session::drained);
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
