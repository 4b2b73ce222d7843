package dev.sluice.identity.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.vertx.core.net.impl.HAProxyMessageCompletionHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that does not get to the end of a request's head in time, however busily it sends: from its being accepted, and
 * on HTTP/1.1 again from the first byte of each further request. What is sent in between costs no more than this one call. On the
 * connection's event loop.
 */
final class HandshakeDeadline extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<HandshakeDeadline> KEY =
            AttributeKey.valueOf(HandshakeDeadline.class, "deadline");

    private static final long ONE_MORE_LOOK_MILLIS = 100;

    private final Http2Heads.Bounds bounds;
    private @Nullable Future<?> deadline;
    private boolean serving;
    private @Nullable Http2Heads heads;
    private boolean behindTls;

    /** @param bounds whose onLate is told before the connection is closed */
    HandshakeDeadline(Http2Heads.Bounds bounds) {
        this.bounds = bounds;
    }

    static void on(Channel channel, Http2Heads.Bounds bounds) {
        var handler = new HandshakeDeadline(bounds);
        channel.attr(KEY).set(handler);
        if (channel.pipeline().get(ProxyHeader.NAME) == null) {
            channel.pipeline().addFirst("sluice-handshake", handler);
        } else {
            channel.pipeline().addAfter(ProxyHeader.NAME, "sluice-handshake", handler);
        }
    }

    /** Null where nothing is bounded. */
    static @Nullable HandshakeDeadline of(Channel channel) {
        return channel.attr(KEY).get();
    }

    /** There is a request, and it is answered from now on. */
    void requested() {
        serving = true;
        cancel();
    }

    /** It is answered; on HTTP/1.1 the next one may come. */
    void answered() {
        serving = false;
    }

    /** What follows on this connection has bounds of its own. */
    void leave(Channel channel) {
        requested();
        channel.attr(KEY).set(null);
        if (channel.pipeline().context(this) != null) {
            channel.pipeline().remove(this);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin(context);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!serving && deadline == null) {
            begin(context);
        }
        lookForHttp2(context);
        context.fireChannelRead(message);
    }

    /**
     * From the first byte of HTTP on. What goes before it are the header of the PROXY protocol and TLS, whose handler is there when the
     * other one is done.
     */
    private void lookForHttp2(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        ChannelHandlerContext before = pipeline.context(SslHandler.class);
        if (behindTls || heads != null && before == null) {
            return;
        }
        behindTls = before != null;
        if (before == null) {
            before = pipeline.context(HAProxyMessageCompletionHandler.class);
        }
        if (heads != null && pipeline.context(heads) != null) {
            pipeline.remove(heads);
        }
        heads = new Http2Heads(bounds);
        pipeline.addAfter(before == null ? context.name() : before.name(), null, heads);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }

    /**
     * When thousands come at once, it may be the loop that is late. So once more it reads what has come from everybody, which it does
     * before whatever is due after that, and only then it is the client's fault.
     */
    private void begin(ChannelHandlerContext context) {
        after(
                context,
                bounds.millis(),
                () -> after(context, ONE_MORE_LOOK_MILLIS, () -> {
                    bounds.onLate().run();
                    Connections.cut(context.channel());
                }));
    }

    private void after(ChannelHandlerContext context, long delay, Runnable task) {
        deadline = context.executor().schedule(task, delay, TimeUnit.MILLISECONDS);
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
