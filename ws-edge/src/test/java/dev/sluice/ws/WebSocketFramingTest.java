package dev.sluice.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketFramingTest {

    /** Netty's own client-side decoder has to find the very frame. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 300_000})
    void shouldBeReadAsOneWholeFrame(int length) {
        for (WebSocketFraming framing : WebSocketFraming.values()) {
            var channel = new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                    .expectMaskedFrames(false)
                    .maxFramePayloadLength(1 << 20)
                    .build()));
            ByteBuf out = Unpooled.buffer();
            framing.header(out, length);
            channel.writeInbound(out.writeZero(length));
            WebSocketFrame frame = channel.readInbound();

            assertThat(frame.isFinalFragment()).isTrue();
            assertThat(frame.content().readableBytes()).isEqualTo(length);
            assertThat(frame instanceof TextWebSocketFrame).isEqualTo(framing == WebSocketFraming.TEXT);
            assertThat((Object) channel.readInbound()).isNull();
            frame.release();
            channel.finishAndReleaseAll();
        }
    }
}
