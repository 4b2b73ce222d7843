package dev.sluice.identity.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the time of each head on an HTTP/2 connection: from the beginning of HEADERS to the end of the frame that says END_HEADERS (RFC
 * 9113, section 6.2). Nobody else sees a head before it is whole. Looks at nothing but the first 9 bytes of frames. On the connection's
 * event loop.
 */
final class Http2Heads extends ChannelInboundHandlerAdapter {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEAD = 9;
    private static final int END_HEADERS = 4;

    private final long millis;
    private final Runnable onLate;
    private final byte[] frame = new byte[FRAME_HEAD];
    private int prefaceSeen;
    private int frameSeen;
    private int payloadLeft;
    private boolean endsHead;
    private boolean amidHead;
    private @Nullable Future<?> deadline;

    /** @param onLate is told before the connection is closed */
    Http2Heads(long millis, Runnable onLate) {
        this.millis = millis;
        this.onLate = onLate;
    }

    /** For a connection that has just become one of HTTP/2; unless it is seen to already. */
    static void of(Channel channel, long millis, Runnable onLate) {
        if (channel.pipeline().context(Http2Heads.class) == null) {
            ChannelHandlerContext http2 = channel.pipeline().context(Http2ConnectionHandler.class);
            if (http2 != null) {
                channel.pipeline().addBefore(http2.name(), null, new Http2Heads(millis, onLate));
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            look(context, bytes);
        }
        context.fireChannelRead(message);
    }

    private void look(ChannelHandlerContext context, ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (prefaceSeen < PREFACE.length) {
                if (bytes.getByte(at++) != PREFACE[prefaceSeen++]) {
                    context.pipeline().remove(this);
                    return;
                }
            } else if (payloadLeft > 0) {
                int skipped = Math.min(payloadLeft, bytes.writerIndex() - at);
                at += skipped;
                payloadLeft -= skipped;
                ended();
            } else {
                frame[frameSeen++] = bytes.getByte(at++);
                if (frameSeen == FRAME_HEAD) {
                    began();
                    ended();
                }
            }
        }
        bound(context);
    }

    private void began() {
        frameSeen = 0;
        payloadLeft = (frame[0] & 0xFF) << 16 | (frame[1] & 0xFF) << 8 | frame[2] & 0xFF;
        boolean head = frame[3] == Http2FrameTypes.HEADERS || frame[3] == Http2FrameTypes.CONTINUATION;
        endsHead = head && (frame[4] & END_HEADERS) != 0;
        amidHead |= head;
    }

    private void ended() {
        if (endsHead && payloadLeft == 0) {
            amidHead = false;
            cancel();
        }
    }

    /** Most heads come as a whole, and need no timer. */
    private void bound(ChannelHandlerContext context) {
        if (amidHead && deadline == null) {
            deadline = context.executor()
                    .schedule(
                            () -> {
                                onLate.run();
                                Connections.cut(context.channel());
                            },
                            millis,
                            TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        cancel();
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
