package dev.sluice.edge.transport;

import dev.sluice.edge.http.Departure;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Envelope;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContentEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A streamed response of HTTP/1.0 or 1.1, which has the connection for itself until it ends: from its head on without Vert.x, and then
 * it is the connection's last one. On the response's event loop.
 */
final class HttpOutlet extends ChannelOutlet implements ResponseOutlet {
    private final Envelope around;
    private final Envelope envelope;
    private final @Nullable GzipStream gzip;
    /** Null once the connection is {@linkplain #takeAlone its own}. */
    private @Nullable RoutingContext context;
    /** It will be soon. */
    private boolean leaving;

    HttpOutlet(RoutingContext context, @Nullable ContentCoding coding) {
        super(Connections.channel(context.request()));
        this.context = context;
        this.around = context.request().version() == HttpVersion.HTTP_1_1 ? Chunk.INSTANCE : Envelope.NONE;
        this.envelope = coding == null ? around : coding.pieces(around);
        this.gzip = coding == null ? null : coding.stream(around);
    }

    @Override
    public void attach(Session session) {
        RoutingContext begun = context;
        if (begun == null) {
            throw new IllegalStateException("the response has begun");
        }
        IdleStateHandler idle = take();
        serve(session);
        // However it ends, by a refusal too: the connection may serve other requests.
        Departure.watch(begun, () -> {
            if (!isAlone()) {
                session.disconnected();
                giveBack();
                measureIdleTimes(idle);
            }
        });
    }

    /** Again, as it was before there was a stream. */
    private void measureIdleTimes(@Nullable IdleStateHandler before) {
        ChannelPipeline pipeline = channel().pipeline();
        ChannelHandlerContext place = pipeline.context(VertxHandler.class);
        if (before != null && place != null && channel().isActive()) {
            pipeline.addBefore(
                    place.name(),
                    null,
                    new IdleStateHandler(
                            before.getReaderIdleTimeInMillis(),
                            before.getWriterIdleTimeInMillis(),
                            before.getAllIdleTimeInMillis(),
                            TimeUnit.MILLISECONDS));
        }
    }

    @Override
    public Envelope envelope() {
        return envelope;
    }

    @Override
    public void write(ByteBuf frames, long sum) {
        RoutingContext begun = context;
        if (begun != null) {
            HttpServerResponse response = begun.response();
            if (response.ended() || response.closed()) {
                frames.release();
                return;
            }
            if (!response.headWritten()) {
                begin(response);
            }
        }
        if (gzip != null) {
            gzip.add(sum);
        }
        super.write(frames, sum);
    }

    private void begin(HttpServerResponse response) {
        if (envelope == around && channel().pipeline().get(HttpContentEncoder.class) != null) {
            // Switched on by an operator for all of the service; what is written here does not pass it.
            response.putHeader("Content-Encoding", "identity");
        }
        if (Connections.readNoMore(channel())) {
            leaving = true;
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            // Not within a read, which may be what this is written in.
            channel().eventLoop().execute(() -> leave(response));
        }
        response.write(Buffer.buffer());
        if (gzip != null) {
            super.write(gzip.head(), GzipStream.NOTHING);
        }
    }

    private void leave(HttpServerResponse response) {
        leaving = false;
        if (!response.ended() && !response.closed() && channel().isActive()) {
            takeAlone(response);
            context = null;
        }
    }

    @Override
    public @Nullable GzipStream gzip() {
        return gzip;
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        if (leaving) {
            var ended = new CompletableFuture<Void>();
            channel().eventLoop().execute(() -> end(close).whenComplete((out, failure) -> ended.complete(null)));
            return ended;
        }
        RoutingContext begun = context;
        if (begun != null) {
            return end(begun.response());
        }
        if (gzip != null) {
            super.write(gzip.end(), GzipStream.NOTHING);
        }
        if (around == Chunk.INSTANCE) {
            super.write(Chunk.last(), GzipStream.NOTHING);
        }
        return flushAnd(ChannelHandlerContext::close);
    }
}
