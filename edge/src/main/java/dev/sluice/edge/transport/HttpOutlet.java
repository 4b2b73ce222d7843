package dev.sluice.edge.transport;

import dev.sluice.edge.http.Departure;
import dev.sluice.fanout.session.Envelope;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContentEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** A streamed response of HTTP/1.0 or 1.1, which has the connection for itself until it ends. On the response's event loop. */
final class HttpOutlet extends ChannelOutlet implements ResponseOutlet {
    private final RoutingContext context;
    private final HttpServerResponse response;
    private final Envelope envelope;
    private final @Nullable GzipStream gzip;

    HttpOutlet(RoutingContext context, @Nullable Deflate deflate) {
        super(Connections.channel(context.request()));
        this.context = context;
        this.response = context.response();
        Envelope around = context.request().version() == HttpVersion.HTTP_1_1 ? Chunk.INSTANCE : Envelope.NONE;
        this.envelope = deflate == null ? around : new Gzip(around, deflate);
        this.gzip = deflate == null ? null : new GzipStream(around);
    }

    @Override
    public void attach(Session session) {
        Departure.watch(context, session);
        take(session);
        // However it ends, by a refusal too: the connection may serve other requests.
        context.addEndHandler(over -> giveBack(VertxHandler.class));
    }

    @Override
    public Envelope envelope() {
        return envelope;
    }

    @Override
    public void write(ByteBuf frames, long sum) {
        if (response.ended() || response.closed()) {
            frames.release();
            return;
        }
        if (!response.headWritten()) {
            if (gzip == null && channel().pipeline().get(HttpContentEncoder.class) != null) {
                // Switched on by an operator for all of the service; what is written here does not pass it.
                response.putHeader("Content-Encoding", "identity");
            }
            response.write(Buffer.buffer());
            if (gzip != null) {
                super.write(gzip.head(), GzipStream.NOTHING);
            }
        }
        if (gzip != null) {
            gzip.add(sum);
        }
        super.write(frames, sum);
    }

    @Override
    public @Nullable GzipStream gzip() {
        return gzip;
    }

    @Override
    public HttpServerResponse response() {
        return response;
    }
}
