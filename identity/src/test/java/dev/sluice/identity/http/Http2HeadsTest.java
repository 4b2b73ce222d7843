package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2HeadsTest {
    private static final int END_HEADERS = 4;
    /** So few that no second of the test machine's gives another one. */
    private static final int CONTROLS_PER_SECOND = 1;

    private final AtomicInteger late = new AtomicInteger();
    private final AtomicInteger floods = new AtomicInteger();
    private final Http2Heads.Bounds bounds =
            new Http2Heads.Bounds(10_000, CONTROLS_PER_SECOND, late::incrementAndGet, floods::incrementAndGet);
    private final EmbeddedChannel channel = new EmbeddedChannel(new Http2Heads(bounds));

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    private static ByteBuf preface() {
        return Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII);
    }

    private static ByteBuf frame(int type, int flags, int length) {
        return Unpooled.buffer()
                .writeMedium(length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(1)
                .writeZero(length);
    }

    private void receive(ByteBuf... pieces) {
        channel.writeInbound(Unpooled.wrappedBuffer(pieces));
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void shouldCloseWhoseHeadHasNoEnd() {
        receive(preface(), frame(Http2FrameTypes.HEADERS, 0, 10));
        for (int i = 0; i < 9; i++) {
            pass(1);
            receive(frame(Http2FrameTypes.CONTINUATION, 0, 10));
        }
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(late).hasValue(1);
    }

    @Test
    void shouldCloseWhoseFrameHasNoEnd() {
        ByteBuf head = frame(Http2FrameTypes.HEADERS, END_HEADERS, 100);
        receive(preface(), head.readRetainedSlice(50));
        pass(9);
        receive(head.readRetainedSlice(head.readableBytes() - 1));
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldLetEverythingElseTakeItsTime() {
        receive(preface(), frame(Http2FrameTypes.SETTINGS, 0, 0), frame(Http2FrameTypes.HEADERS, END_HEADERS, 300));
        ByteBuf data = frame(Http2FrameTypes.DATA, END_HEADERS, 16_384);
        receive(data.readRetainedSlice(100));
        pass(3_600);
        receive(data);
        receive(frame(Http2FrameTypes.HEADERS, 0, 5));
        pass(9);
        receive(frame(Http2FrameTypes.CONTINUATION, END_HEADERS, 0));
        pass(3_600);
        assertThat(channel.isOpen()).isTrue();
        assertThat(late).hasValue(0);
    }

    @Test
    void shouldFindFramesHoweverTheyAreCut() {
        ByteBuf all = Unpooled.wrappedBuffer(
                preface(), frame(Http2FrameTypes.PING, 0, 8), frame(Http2FrameTypes.HEADERS, END_HEADERS, 20));
        while (all.isReadable()) {
            receive(all.readRetainedSlice(1));
        }
        pass(3_600);
        assertThat(channel.isOpen()).isTrue();
        receive(frame(Http2FrameTypes.HEADERS, 0, 20));
        pass(10);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldLeaveWhatIsNotHttp2() {
        receive(Unpooled.copiedBuffer("PRINT / HTTP/1.1\r\n", StandardCharsets.US_ASCII));
        assertThat(channel.pipeline().get(Http2Heads.class)).isNull();
        channel.releaseInbound();
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                Http2FrameTypes.PING,
                Http2FrameTypes.SETTINGS,
                Http2FrameTypes.PRIORITY,
                Http2FrameTypes.WINDOW_UPDATE,
                Http2FrameTypes.RST_STREAM,
                0x2a
            })
    void shouldCloseWhoFloodsWithFramesThatAskForNothing(byte type) {
        receive(preface());
        int sent = 0;
        while (channel.isOpen() && sent++ < 100) {
            receive(frame(type, 0, 8));
        }
        assertThat(channel.isOpen()).isFalse();
        assertThat(floods).hasValue(1);
        ByteBuf goAway = channel.readOutbound();
        assertThat(goAway.getByte(3)).isEqualTo(Http2FrameTypes.GO_AWAY);
        assertThat(goAway.getInt(13)).isEqualTo(0xb);
        goAway.release();
    }

    /** Somebody who does not read GOAWAY either could go on for as long as that waits, and be read at full speed. */
    @Test
    void shouldReadNothingMoreOfWhoFloodsThoughTheCodecAsks() {
        var asked = new AtomicInteger();
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext context) throws Exception {
                asked.incrementAndGet();
                super.read(context);
            }

            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message);
            }
        });
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                context.read();
            }
        });
        receive(preface());
        assertThat(asked).hasPositiveValue();
        while (floods.get() == 0) {
            receive(frame(Http2FrameTypes.PING, 0, 8));
        }
        int before = asked.get();
        receive(frame(Http2FrameTypes.PING, 0, 8));
        assertThat(channel.isOpen()).isTrue();
        assertThat(asked).hasValue(before);
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    /** The answers that he does not read are before the GOAWAY that would end it. */
    @Test
    void shouldCutWhomTheCodecSendsAwayThoughHeDoesNotRead() {
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message);
            }
        });
        channel.pipeline()
                .addLast(new Http2ConnectionHandlerBuilder()
                        .server(true)
                        .frameListener(new Http2FrameAdapter())
                        .build());
        Http2Heads.of(channel, bounds);
        // SETTINGS are of no stream.
        receive(preface(), frame(Http2FrameTypes.SETTINGS, 0, 0));
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.config().isAutoRead()).isFalse();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(floods).hasValue(0);
    }

    /** A client measures the line by pings, and says what it has taken, for as long as it gets something. */
    @Test
    void shouldTakeThemFromWhoIsAnswered() {
        receive(preface());
        for (int i = 0; i < 1_000; i++) {
            channel.writeOutbound(Unpooled.buffer().writeZero(100));
            channel.<ByteBuf>readOutbound().release();
            receive(frame(Http2FrameTypes.PING, 0, 8), frame(Http2FrameTypes.WINDOW_UPDATE, 0, 4));
        }
        assertThat(channel.isOpen()).isTrue();
        assertThat(floods).hasValue(0);
    }

    @Test
    void shouldNotLetAnswersToPingsEarnMoreOfThem() {
        receive(preface());
        for (int i = 0; i <= 100 && channel.isOpen(); i++) {
            channel.writeOutbound(frame(Http2FrameTypes.PING, 1, 8));
            receive(frame(Http2FrameTypes.PING, 0, 8));
        }
        assertThat(floods).hasValue(1);
    }
}
