package dev.sluice.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkTest {

    private static ByteBuf chunk(int size) {
        ByteBuf out = Unpooled.buffer();
        Chunk.INSTANCE.begin(out);
        assertThat(out.isReadable()).isFalse();
        out.writeBytes("x".repeat(size).getBytes(StandardCharsets.US_ASCII));
        assertThat(out.readableBytes()).isEqualTo(size);
        Chunk.INSTANCE.end(out);
        return out;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "15, f", "16, 10", "255, ff", "256, 100", "65535, ffff", "1048576, 100000"})
    void shouldSayTheSizeInAsManyDigitsAsItHas(int size, String digits) {
        assertThat(chunk(size).toString(StandardCharsets.US_ASCII))
                .isEqualTo(digits + "\r\n" + "x".repeat(size) + "\r\n");
    }

    /** By a decoder that is not ours. */
    @Test
    void shouldBeReadAsAChunkOfABody() {
        var decoder = new EmbeddedChannel(new HttpResponseDecoder());
        decoder.writeInbound(Unpooled.copiedBuffer(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", StandardCharsets.US_ASCII));
        decoder.readInbound();
        decoder.writeInbound(chunk(300), chunk(7));

        assertThat(decoder.<HttpContent>readInbound().content().readableBytes()).isEqualTo(300);
        assertThat(decoder.<HttpContent>readInbound().content().readableBytes()).isEqualTo(7);
        assertThat(decoder.<Object>readInbound()).isNull();
    }
}
