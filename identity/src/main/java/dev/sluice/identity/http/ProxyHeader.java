package dev.sluice.identity.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ProtocolDetectionState;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/**
 * Looks at the first bytes of a connection: a header of the PROXY protocol (version 1 or 2) is taken away, and its address becomes that
 * of the peer; anything else goes on as it is. On the connection's event loop.
 */
final class ProxyHeader extends ByteToMessageDecoder {
    /** In the pipeline; whoever looks at HTTP comes after it. */
    static final String NAME = "sluice-proxy-header";

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        ProtocolDetectionState state = HAProxyMessageDecoder.detectProtocol(in).state();
        if (state == ProtocolDetectionState.NEEDS_MORE_DATA) {
            return;
        }
        if (state == ProtocolDetectionState.DETECTED) {
            context.pipeline().addAfter(context.name(), null, new Origin());
            context.pipeline().addAfter(context.name(), null, new HAProxyMessageDecoder());
        }
        // Hands on what it has read.
        context.pipeline().remove(this);
    }

    private static final class Origin extends SimpleChannelInboundHandler<HAProxyMessage> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, HAProxyMessage message) {
            // Else the load balancer speaks for itself, as it does to see whether anybody is there.
            if (message.command() == HAProxyCommand.PROXY && message.sourceAddress() != null) {
                context.channel()
                        .attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE)
                        .set(SocketAddress.inetSocketAddress(message.sourcePort(), message.sourceAddress()));
            }
            context.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable garbled) {
            Connections.cut(context.channel());
        }
    }
}
