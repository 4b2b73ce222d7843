package dev.sluice.edge.transport;

import dev.sluice.edge.http.Body;
import dev.sluice.edge.http.Departure;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Envelope;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A streamed response of HTTP/2. Its DATA goes to Netty's flow control as it is; Vert.x's own way would copy it for each client. Head,
 * trailers and the end are Vert.x's. On the response's event loop.
 */
public final class StreamOutlet implements ResponseOutlet, Body {
    private final RoutingContext context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Channel channel;
    private final Http2ConnectionHandler handler;
    private final ChannelHandlerContext below;
    private final int id;
    private final Envelope envelope;
    private final @Nullable GzipStream gzip;
    private long written;
    private long taken;
    private final ChannelFutureListener onTaken = this::taken;

    /** Of what is not compressed as a whole. */
    public StreamOutlet(RoutingContext context) {
        this(context, null);
    }

    StreamOutlet(RoutingContext context, @Nullable ContentCoding coding) {
        this.context = context;
        this.request = context.request();
        this.response = context.response();
        this.channel = Connections.channel(request);
        this.below = channel.pipeline().context(Http2ConnectionHandler.class);
        this.handler = (Http2ConnectionHandler) below.handler();
        this.id = response.streamId();
        this.envelope = coding == null ? Envelope.NONE : coding.pieces(Envelope.NONE);
        this.gzip = coding == null ? null : coding.stream(Envelope.NONE);
    }

    @Override
    public Envelope envelope() {
        return envelope;
    }

    @Override
    public @Nullable GzipStream gzip() {
        return gzip;
    }

    @Override
    public void attach(Session session) {
        Departure.watch(context, session::disconnected);
        Connections.keepKernelQueueShort(channel);
        whenDrained(session::drained);
    }

    @Override
    public void whenDrained(Runnable action) {
        response.drainHandler(drained -> channel.eventLoop().execute(action));
    }

    private @Nullable Http2Stream stream() {
        return response.closed() || response.ended() ? null : handler.connection().stream(id);
    }

    @Override
    public boolean isWritable() {
        Http2Stream stream = stream();
        return stream != null && handler.encoder().flowController().isWritable(stream);
    }

    @Override
    public void write(ByteBuf frames) {
        write(frames, GzipStream.NOTHING);
    }

    @Override
    public void write(ByteBuf frames, long sum) {
        if (stream() == null) {
            frames.release();
            return;
        }
        if (!response.headWritten()) {
            response.write(Buffer.buffer());
            if (gzip != null) {
                piece(gzip.head());
            }
        }
        if (gzip != null) {
            gzip.add(sum);
        }
        while (frames.readableBytes() > PIECE_BYTES) {
            piece(frames.readRetainedSlice(PIECE_BYTES));
        }
        piece(frames);
    }

    private void piece(ByteBuf piece) {
        written++;
        handler.encoder()
                .writeData(below, id, piece, 0, false, channel.newPromise())
                .addListener(onTaken);
    }

    private void taken(ChannelFuture done) {
        taken++;
        if (!done.isSuccess() && channel.isActive() && stream() != null) {
            Body.cut(request, done.cause());
        }
    }

    /** Also what flow control has kept so far, and may go out. */
    @Override
    public void flush() {
        below.channel().flush();
    }

    @Override
    public boolean isWaiting() {
        return written > taken;
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        return end(response);
    }

    @Override
    public void abort() {
        Connections.abort(request);
    }
}
