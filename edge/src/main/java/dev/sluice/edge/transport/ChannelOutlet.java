package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.SystemPropertyUtil;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.VertxHandler;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is one session's alone, as the session's socket. It writes below the codecs, next to TLS or the socket itself: through
 * them each write would be a message object, a promise, three buffers and a copy a client. What Vert.x writes itself (the head before, the
 * end after, a pong in between) passes the codecs, on the same event loop, and so in its order. On the channel's event loop.
 */
public abstract class ChannelOutlet extends ChannelDuplexHandler implements Outlet {
    /**
     * More than this does not wait for a peer that reads slowly, besides the last write and what the kernel holds: everything else
     * stands in the log. Thousands may stop reading at once.
     */
    private static final int WRITE_QUEUE_BYTES = 8 * 1024;

    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(WRITE_QUEUE_BYTES / 2, WRITE_QUEUE_BYTES);
    /** What Netty counts for each message that waits, besides its bytes. */
    private static final int ENTRY_BYTES =
            SystemPropertyUtil.getInt("io.netty.transport.outboundBufferEntrySizeOverhead", 96);

    /** Whoever has nothing to say any more may still say so much. */
    private static final int MOST_UNREAD_BYTES = 64 * 1024;

    private static final Logger LOG = Logger.getLogger(ChannelOutlet.class);

    private final Channel channel;
    private @Nullable ChannelHandlerContext below;
    private @Nullable Session session;
    private long written;
    private long taken;
    /** What others write, and that they close, goes no further. */
    private boolean muted;

    private boolean alone;
    private int unread;

    protected ChannelOutlet(Channel channel) {
        this.channel = channel;
    }

    protected final Channel channel() {
        return channel;
    }

    /**
     * Takes the channel for a session, which is to be {@linkplain #serve named} in the same turn of the loop.
     *
     * @return what measured idle times until now; null where nobody did
     */
    protected final @Nullable IdleStateHandler take() {
        Connections.keepKernelQueueShort(channel);
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        ChannelPipeline pipeline = channel.pipeline();
        // What passes below it is no sign of life to it. Heartbeats and the end of those who read nothing are the
        // session's.
        IdleStateHandler idle = pipeline.get(IdleStateHandler.class);
        if (idle != null) {
            pipeline.remove(idle);
        }
        // Before all others, because Vert.x's own handler does not pass on that the channel is writable again.
        ChannelHandlerContext tls = pipeline.context(SslHandler.class);
        if (tls == null) {
            pipeline.addFirst(this);
        } else {
            pipeline.addAfter(tls.name(), null, this);
        }
        return idle;
    }

    /** Whose socket it is from now on. Before the session subscribes, because that may take a while, and the peer may leave. */
    protected final void serve(Session opened) {
        session = opened;
        if (!channel.isActive()) {
            opened.disconnected();
        }
    }

    /** Takes the connection from Vert.x after the head of its last response, and nothing that the peer sends is of interest any more. */
    protected final void takeAlone(HttpServerResponse response) {
        alone = true;
        leave(response, handler -> false);
        // As Vert.x may have said otherwise: that the peer leaves has to be seen.
        channel.config().setAutoRead(true);
    }

    /**
     * Takes the connection from Vert.x. To Vert.x its last response has ended then, so that it lets go of the request, and of all that hangs
     * on it: several KB a connection that would be kept as long as the stream. The codecs go; Vert.x's own handler stays to the end of the
     * connection, because that is how it counts them. Not within a read.
     *
     * @param response ends for Vert.x
     * @param stays which of the handlers above this one still has work
     */
    protected final void leave(HttpServerResponse response, Predicate<ChannelHandler> stays) {
        Connections.leaveUnbounded(channel);
        muted = true;
        try {
            response.end();
        } finally {
            muted = false;
        }
        ChannelPipeline pipeline = channel.pipeline();
        boolean above = false;
        for (ChannelHandler handler : pipeline.toMap().values()) {
            if (above && !(handler instanceof VertxHandler) && !stays.test(handler)) {
                pipeline.remove(handler);
            }
            above |= handler == this;
        }
    }

    protected final boolean isAlone() {
        return alone;
    }

    /**
     * Sends what was written, and does something when that has gone out, or never will.
     *
     * @return completes after that
     */
    protected final CompletionStage<Void> flushAnd(Consumer<ChannelHandlerContext> action) {
        var done = new CompletableFuture<Void>();
        ChannelHandlerContext context = below;
        if (context == null || !channel.isActive()) {
            done.complete(null);
            return done;
        }
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(out -> {
            action.accept(context);
            done.complete(null);
        });
        return done;
    }

    /** The session is over, and the connection may be used for something else. */
    protected final void giveBack() {
        session = null;
        if (channel.pipeline().context(this) != null) {
            channel.pipeline().remove(this);
        }
    }

    /** The peer takes more again. */
    protected void drained(Session session) {
        session.drained();
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext context) {
        below = context;
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!alone) {
            super.channelRead(context, message);
            return;
        }
        unread += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (unread > MOST_UNREAD_BYTES) {
            Connections.cut(channel);
        }
    }

    @Override
    public final void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (muted) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        } else {
            super.write(context, message, promise);
        }
    }

    @Override
    public final void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
        if (muted) {
            promise.trySuccess();
        } else {
            super.close(context, promise);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) throws Exception {
        departed();
        super.channelInactive(context);
    }

    /** The peer has gone, or has said that it will. */
    protected final void departed() {
        Session opened = session;
        if (opened != null) {
            opened.disconnected();
        }
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        super.channelWritabilityChanged(context);
        if (channel.isWritable()) {
            // Not within a write, which may be what this is told in.
            channel.eventLoop().execute(() -> {
                Session opened = session;
                if (opened != null) {
                    drained(opened);
                }
            });
        }
    }

    /** Of the socket, of TLS, or of a write: in each case there is a hole in the stream, and the client must not read on behind it. */
    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debugf(cause, "A connection is broken");
        } else if (channel.isActive()) {
            LOG.warnf(cause, "A piece of a stream could not be written; the connection is cut");
        }
        Connections.cut(channel);
    }

    @Override
    public final boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void write(ByteBuf frames, long sum) {
        ChannelHandlerContext context = below;
        if (context == null || !channel.isActive()) {
            frames.release();
            return;
        }
        written += frames.readableBytes();
        context.write(frames, context.voidPromise());
    }

    @Override
    public void flush() {
        ChannelHandlerContext context = below;
        if (context != null && channel.isActive()) {
            context.flush();
        }
    }

    @Override
    public final boolean isWaiting() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting != null && !waiting.isEmpty();
    }

    @Override
    public final long taken() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        long left = waiting == null
                ? 0
                : waiting.totalPendingWriteBytes() - (long) ENTRY_BYTES * waiting.size() - waiting.currentProgress();
        taken = Math.max(taken, written - left);
        return taken;
    }

    @Override
    public final void abort() {
        Connections.cut(channel);
    }
}
