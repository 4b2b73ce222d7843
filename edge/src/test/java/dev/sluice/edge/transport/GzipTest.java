package dev.sluice.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What is gzip's own; how streams are made of pieces is {@link ContentCodingTest}'s. */
class GzipTest {
    private static final Deflate DEFLATE = new Deflate(1, 256);

    @Test
    void shouldMakeFilesOfMessages() throws IOException {
        byte[] message = ContentCodingTest.frames(new Random(5), 1_000);
        ByteBuf out = Unpooled.buffer();
        DEFLATE.gzip(Unpooled.wrappedBuffer(message), out);

        try (var in = new GZIPInputStream(new ByteArrayInputStream(ByteBufUtil.getBytes(out)))) {
            assertThat(in.readAllBytes()).isEqualTo(message);
        }
    }

    @Test
    void shouldStandInAChunk() {
        var gzip = new Gzip(Chunk.INSTANCE, DEFLATE);
        ByteBuf out = Unpooled.buffer();
        gzip.begin(out);
        gzip.end(out.writeBytes("x".repeat(3).getBytes(StandardCharsets.US_ASCII)));

        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("8\r\n\0\3\0\u00fc\u00ffxxx\r\n");
    }
}
