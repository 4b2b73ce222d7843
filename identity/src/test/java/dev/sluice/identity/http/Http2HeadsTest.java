package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Http2HeadsTest {
    private static final int END_HEADERS = 4;

    private final AtomicInteger late = new AtomicInteger();
    private final EmbeddedChannel channel = new EmbeddedChannel(new Http2Heads(10_000, late::incrementAndGet));

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
}
