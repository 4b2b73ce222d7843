package dev.sluice.ws;

import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * From the close frame to the end of the socket (RFC 6455, section 7.1.1): the client has a moment to answer it. Nothing else counts any
 * more, so no more is read than an answer and what was on its way before take. On the socket's event loop.
 */
final class LastWords extends ChannelInboundHandlerAdapter {
    /** As long as the engine lets the network take the last words of a session. */
    private static final long SECONDS = 3;

    private static final int MOST_BYTES = 16 * 1024;
    private static final String NAME = "sluice-last-words";

    private int left = MOST_BYTES;

    private LastWords() {}

    /** Before the close frame is written. */
    static void begin(Channel channel) {
        if (channel.pipeline().get(NAME) == null) {
            channel.pipeline().addFirst(NAME, new LastWords());
            channel.eventLoop().schedule(() -> Connections.cut(channel), SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        left -= message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        if (left >= 0) {
            context.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
            // Who goes on sending feels that nobody listens.
            context.channel().config().setAutoRead(false);
        }
    }
}
