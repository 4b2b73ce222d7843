package dev.sluice.ws;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Which reserved bits a frame may have: RSV1 the first one of a compressed message, where that was negotiated, and no other (RFC 6455,
 * section 5.2; RFC 7692, section 6). Netty's decoder asks for none as soon as an operator switches compression on.
 */
final class ReservedBits extends ChannelInboundHandlerAdapter {
    private static final int RSV1 = 4;

    private final boolean deflating;
    private boolean broken;

    ReservedBits(boolean deflating) {
        this.deflating = deflating;
    }

    static boolean isCompressed(WebSocketFrame frame) {
        return (frame.rsv() & RSV1) != 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!broken && message instanceof WebSocketFrame frame && !isAllowed(frame)) {
            broken = true;
            context.fireExceptionCaught(new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR, "a reserved bit was not negotiated"));
        }
        if (broken) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    private boolean isAllowed(WebSocketFrame frame) {
        boolean first = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        return frame.rsv() == 0 || deflating && first && frame.rsv() == RSV1;
    }
}
