package dev.sluice.identity.http;

import dev.sluice.contract.problem.Problem;
import dev.sluice.identity.ProblemResponse;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What Vert.x has no words for: how much the kernel queues, and an end that does not wait. On the connection's event loop. */
public final class Connections {
    /**
     * So much at most waits in the kernel before it is on its way. More would be kept for whoever does not read, and would hide for
     * minutes whether a slow client reads at all.
     */
    private static final int KERNEL_QUEUE_BYTES = 32 * 1024;

    /** RFC 9113 section 7. */
    private static final long CANCEL = 0x8;

    /** How long a connection that streams share has to move at all, once one of them was reset. */
    private static final long STANDSTILL_SECONDS = 10;

    private Connections() {}

    public static Channel channel(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel();
    }

    /** For a connection that events are streamed over. Without effect where the transport is not epoll. */
    public static void keepKernelQueueShort(Channel channel) {
        channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) KERNEL_QUEUE_BYTES);
    }

    /**
     * The request that is answered now is the last one of its connection of HTTP/1.1, and the answer's head has to say so (RFC 9112, section
     * 9.6): whatever comes behind it is read by nobody.
     *
     * @return false where another one waits behind it already, or nobody counts them; then nothing has changed
     */
    public static boolean readNoMore(Channel channel) {
        return Pipelining.end(channel);
    }

    /** What comes from now on is bounded by whoever takes it. */
    public static void leaveUnbounded(Channel channel) {
        HandshakeDeadline deadline = HandshakeDeadline.of(channel);
        if (deadline != null) {
            deadline.leave(channel);
        }
    }

    /** Ends a response at once, whatever still waits: on HTTP/1.1 with its connection; on HTTP/2 the connection has others. */
    public static void abort(HttpServerRequest request) {
        Channel channel = channel(request);
        if (request.version() != HttpVersion.HTTP_2) {
            cut(channel);
            return;
        }
        Place before = Place.of(channel);
        request.response().reset(CANCEL);
        if (before != null) {
            channel.eventLoop().schedule(() -> cutIfAt(before, channel), STANDSTILL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void cutIfAt(Place before, Channel channel) {
        if (before.equals(Place.of(channel))) {
            cut(channel);
        }
    }

    /**
     * Answers, and closes the connection: where this request ends is not known, so that what follows may be part of it, and is looked at
     * by nobody. Of HTTP/1.1.
     */
    static void answerLast(RoutingContext context, Problem problem) {
        HttpServerRequest request = context.request();
        ChannelPipeline pipeline = channel(request).pipeline();
        pipeline.addBefore(pipeline.context(VertxHandler.class).name(), null, new Deaf());
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        ProblemResponse.send(context, problem);
        request.connection().close();
    }

    private static final class Deaf extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    /** By a reset: the kernel, too, forgets what it has for the peer. Does nothing where it is closed already. */
    public static void cut(Channel channel) {
        if (!channel.isOpen()) {
            // As when what waited fails, which is what it was cut for.
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    /** How far a socket has got with what waits for it. */
    private record Place(Object message, long progress) {
        /** Null when nothing waits. */
        static @Nullable Place of(Channel channel) {
            ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
            Object message = waiting == null ? null : waiting.current();
            return message == null ? null : new Place(message, waiting.currentProgress());
        }
    }
}
