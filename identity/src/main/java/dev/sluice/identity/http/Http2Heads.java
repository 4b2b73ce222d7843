package dev.sluice.identity.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the time of each head on an HTTP/2 connection, from the beginning of HEADERS to the end of the frame that says END_HEADERS (RFC
 * 9113, section 6.2), and the rate of frames that ask for nothing (section 10.5: PING, SETTINGS, PRIORITY and their kin). Nobody else sees
 * a head before it is whole, nor answers such frames at a price. Looks at nothing but the first 9 bytes of frames. On the connection's
 * event loop.
 */
final class Http2Heads extends ChannelDuplexHandler {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEAD = 9;
    private static final int END_HEADERS = 4;

    private static final int GOAWAY_BYTES = 8;
    private static final int ENHANCE_YOUR_CALM = 0xb;
    private static final long GOAWAY_MILLIS = 500;
    /** The answer to a PING, the longest frame that is no part of an answer to a request. */
    private static final int LONGEST_CONTROL_BYTES = 17;
    /** A client may say of each frame that it gets that it has taken it, twice, and measure the line by it. */
    private static final int EARNED_BY_ANSWER = 4;
    /** It may open the window of each stream. */
    private static final int EARNED_BY_REQUEST = 2;

    private final long millis;
    private final Runnable onLate;
    private final @Nullable Rate controls;
    private final Runnable onFlood;
    private final byte[] frame = new byte[FRAME_HEAD];
    private int prefaceSeen;
    private int frameSeen;
    private int payloadLeft;
    private boolean endsHead;
    private boolean amidHead;
    private int lastStream;
    private boolean deaf;
    private @Nullable Future<?> deadline;

    /** What is bounded, and who is told of a connection that is about to be closed for it. */
    record Bounds(long millis, int controlsPerSecond, Runnable onLate, Runnable onFlood) {}

    Http2Heads(Bounds bounds) {
        this.millis = bounds.millis();
        this.onLate = bounds.onLate();
        this.controls = bounds.controlsPerSecond() == 0 ? null : new Rate(bounds.controlsPerSecond());
        this.onFlood = bounds.onFlood();
    }

    /** For a connection that has just become one of HTTP/2; unless it is seen to already. */
    static void of(Channel channel, Bounds bounds) {
        ChannelHandlerContext http2 = channel.pipeline().context(Http2ConnectionHandler.class);
        if (http2 == null) {
            return;
        }
        if (channel.pipeline().context(Http2Heads.class) == null) {
            channel.pipeline().addBefore(http2.name(), null, new Http2Heads(bounds));
        }
        channel.pipeline().get(Http2Heads.class).obey(((Http2ConnectionHandler) http2.handler()).connection(), channel);
    }

    /**
     * Whoever is sent away for what he did (as for resets without end) is heard no more. Netty closes when its GOAWAY is out, which is never
     * where the client does not read what is before it, and reads on until then.
     */
    private void obey(Http2Connection connection, Channel channel) {
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
                if (errorCode != Http2Error.NO_ERROR.code()) {
                    hearNoMore(channel);
                }
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes && !deaf) {
            look(context, bytes);
        }
        if (deaf) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    /** Netty's handler of HTTP/2 asks for more after each read, also where reading is switched off. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (!deaf) {
            context.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (controls != null && message instanceof ByteBuf bytes && bytes.readableBytes() > LONGEST_CONTROL_BYTES) {
            controls.earn(EARNED_BY_ANSWER);
        }
        context.write(message, promise);
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
                    if (isFlood()) {
                        calm(context);
                        return;
                    }
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

    private boolean isFlood() {
        if (controls == null) {
            return false;
        }
        switch (frame[3]) {
            case Http2FrameTypes.HEADERS -> {
                lastStream =
                        (frame[5] & 0x7F) << 24 | (frame[6] & 0xFF) << 16 | (frame[7] & 0xFF) << 8 | frame[8] & 0xFF;
                controls.earn(EARNED_BY_REQUEST);
                return false;
            }
            // Netty and the bounds of bodies see to these.
            case Http2FrameTypes.DATA, Http2FrameTypes.CONTINUATION -> {
                return false;
            }
            default -> {
                return !controls.take();
            }
        }
    }

    /** Says so once, and reads no more, whether that is heard or not. */
    private void calm(ChannelHandlerContext context) {
        onFlood.run();
        hearNoMore(context.channel());
        ByteBuf goAway = context.alloc()
                .buffer(FRAME_HEAD + GOAWAY_BYTES)
                .writeMedium(GOAWAY_BYTES)
                .writeByte(Http2FrameTypes.GO_AWAY)
                .writeByte(0)
                .writeInt(0)
                .writeInt(lastStream)
                .writeInt(ENHANCE_YOUR_CALM);
        context.writeAndFlush(goAway).addListener(ChannelFutureListener.CLOSE);
    }

    private void hearNoMore(Channel channel) {
        deaf = true;
        channel.config().setAutoRead(false);
        channel.eventLoop().schedule(() -> Connections.cut(channel), GOAWAY_MILLIS, TimeUnit.MILLISECONDS);
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
