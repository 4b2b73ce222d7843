package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.internal.SystemPropertyUtil;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is one session's alone, as the session's socket. It writes below the codecs, next to TLS or the socket itself: through
 * them each write would be a message object, a promise, three buffers and a copy a client. What Vert.x writes itself (the head before, the
 * end after, a pong in between) passes the codecs, on the same event loop, and so in its order. On the channel's event loop.
 */
public abstract class ChannelOutlet extends ChannelInboundHandlerAdapter implements Outlet {
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

    private static final Logger LOG = Logger.getLogger(ChannelOutlet.class);

    private final Channel channel;
    private @Nullable ChannelHandlerContext below;
    private @Nullable Session session;
    private @Nullable IdleStateHandler idle;
    private long written;
    private long taken;

    protected ChannelOutlet(Channel channel) {
        this.channel = channel;
    }

    protected final Channel channel() {
        return channel;
    }

    /** Takes the channel for a session. To be called before it subscribes, because that may take a while, and the peer may leave. */
    protected final void take(Session opened) {
        session = opened;
        Connections.keepKernelQueueShort(channel);
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        ChannelPipeline pipeline = channel.pipeline();
        // What passes below it is no sign of life to it. Heartbeats and the end of those who read nothing are the
        // session's.
        idle = pipeline.get(IdleStateHandler.class);
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
        if (!channel.isActive()) {
            opened.disconnected();
        }
    }

    /**
     * The session is over, and the connection may be used for something else.
     *
     * @param before what handler idle times are told to
     */
    protected final void giveBack(Class<? extends ChannelHandler> before) {
        ChannelPipeline pipeline = channel.pipeline();
        session = null;
        if (pipeline.context(this) != null) {
            pipeline.remove(this);
        }
        ChannelHandlerContext place = pipeline.context(before);
        IdleStateHandler was = idle;
        if (was != null && place != null && channel.isActive()) {
            idle = null;
            pipeline.addBefore(
                    place.name(),
                    null,
                    new IdleStateHandler(
                            was.getReaderIdleTimeInMillis(),
                            was.getWriterIdleTimeInMillis(),
                            was.getAllIdleTimeInMillis(),
                            TimeUnit.MILLISECONDS));
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
    public final void channelInactive(ChannelHandlerContext context) throws Exception {
        Session opened = session;
        if (opened != null) {
            opened.disconnected();
        }
        super.channelInactive(context);
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

    /** What others write here, as a pong, only looks as if less had been taken than was before. */
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
