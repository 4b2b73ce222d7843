package dev.sluice.identity.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;

/**
 * Cuts an HTTP/1.1 connection on which too many requests wait for those before them (RFC 9112, section 9.3.2): Vert.x keeps them all, and
 * works on them also when the client is gone and the service is to end. On the connection's event loop.
 */
final class Pipelining extends ChannelDuplexHandler {
    /** Far more than any client sends that does so at all. */
    private static final int MOST = 100;

    private static final String NAME = "sluice-pipelining";
    /** Vert.x's own, to which requests go. */
    private static final String LAST = "handler";

    /** With the request by which it begins. */
    private int waiting = 1;
    /** The one that is answered now is the last one. */
    private boolean ending;

    private boolean ended;

    private Pipelining() {}

    /** From the first request of a connection on. */
    static void bound(Channel channel) {
        if (channel.pipeline().get(NAME) == null && channel.pipeline().get(LAST) != null) {
            channel.pipeline().addBefore(LAST, NAME, new Pipelining());
        }
    }

    /** See {@link Connections#readNoMore}. */
    static boolean end(Channel channel) {
        if (!(channel.pipeline().get(NAME) instanceof Pipelining counting) || counting.waiting > 1) {
            return false;
        }
        counting.ending = true;
        return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        // Bytes are what a decoder had begun to read when it was taken away.
        ended |= ending && (message instanceof HttpRequest || message instanceof ByteBuf);
        if (!ended && message instanceof HttpRequest && ++waiting > MOST) {
            Connections.cut(context.channel());
        }
        if (ended || waiting > MOST) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response && response.status().code() >= 200) {
            waiting--;
        }
        context.write(message, promise);
    }
}
