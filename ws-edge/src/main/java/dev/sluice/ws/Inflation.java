package dev.sluice.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads compressed messages (permessage-deflate, RFC 7692, section 7.2.2) in the place of Netty's decoder. By Vert.x that one has no
 * bound, so that a megabyte can become a gigabyte before anybody asks for its length; and it takes a message whose first piece is too
 * small to give anything for a broken one. Belongs to one socket; on its event loop.
 *
 * <p>It keeps its window from message to message, which reads what a client sends that resets its own as well.
 */
final class Inflation extends MessageToMessageDecoder<WebSocketFrame> {
    /** What a sender leaves out at the end of a message. */
    private static final byte[] TAIL = {0, 0, -1, -1};

    private static final int PIECE = 4 * 1024;

    private final int mostBytes;
    /** Null as long as the client has compressed nothing: it takes 40 KB. */
    private @Nullable Inflater inflater;

    private byte[] piece = {};
    private boolean compressed;
    private boolean broken;
    private int length;

    /** @param mostBytes of a message; one with more fails with a {@code DecompressionException} */
    Inflation(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
        if (broken) {
            return;
        }
        boolean first = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        if (first) {
            compressed = ReservedBits.isCompressed(frame);
            length = 0;
        }
        boolean data = first || frame instanceof ContinuationWebSocketFrame;
        if (!data || !compressed) {
            out.add(frame.retain());
            return;
        }
        ByteBuf inflated = inflated(context, frame);
        boolean last = frame.isFinalFragment();
        if (frame instanceof TextWebSocketFrame) {
            out.add(new TextWebSocketFrame(last, 0, inflated));
        } else if (frame instanceof BinaryWebSocketFrame) {
            out.add(new BinaryWebSocketFrame(last, 0, inflated));
        } else {
            out.add(new ContinuationWebSocketFrame(last, 0, inflated));
        }
    }

    private ByteBuf inflated(ChannelHandlerContext context, WebSocketFrame frame) {
        ByteBuf inflated = context.alloc().buffer();
        try {
            inflate(ByteBufUtil.getBytes(frame.content()), inflated);
            if (frame.isFinalFragment()) {
                inflate(TAIL, inflated);
            }
            return inflated;
        } catch (DataFormatException wrong) {
            throw broken(
                    inflated,
                    new CorruptedWebSocketFrameException(
                            WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "this can't be inflated", wrong));
        } catch (DecompressionException large) {
            throw broken(inflated, large);
        }
    }

    private <E extends RuntimeException> E broken(ByteBuf inflated, E why) {
        broken = true;
        inflated.release();
        return why;
    }

    private void inflate(byte[] deflated, ByteBuf out) throws DataFormatException {
        Inflater inflater = this.inflater;
        if (inflater == null) {
            inflater = new Inflater(true);
            this.inflater = inflater;
            piece = new byte[PIECE];
        }
        inflater.setInput(deflated);
        while (true) {
            int bytes = inflater.inflate(piece);
            length += bytes;
            if (length > mostBytes) {
                throw new DecompressionException("a message has at most " + mostBytes + " bytes");
            }
            out.writeBytes(piece, 0, bytes);
            if (inflater.finished()) {
                // A sender may end its stream (section 7.2.3.4); what follows is another one.
                int rest = inflater.getRemaining();
                inflater.reset();
                inflater.setInput(deflated, deflated.length - rest, rest);
            } else if (bytes == 0) {
                return;
            }
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (inflater != null) {
            inflater.end();
        }
    }
}
