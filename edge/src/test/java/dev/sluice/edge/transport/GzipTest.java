package dev.sluice.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Read by the JDK, which is strict about the end of a stream. */
class GzipTest {
    private static final Deflate DEFLATE = new Deflate(1, 256);
    private static final Gzip GZIP = new Gzip(Envelope.NONE, DEFLATE);

    private record Piece(byte[] wire, long sum) {}

    private static Piece piece(byte[] frames) {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(64);
        try {
            GZIP.begin(out);
            assertThat(out.isReadable()).isFalse();
            long sum = GZIP.end(out.writeBytes(frames));
            return new Piece(ByteBufUtil.getBytes(out), sum);
        } finally {
            out.release();
        }
    }

    private static byte[] stream(List<Piece> pieces) {
        var stream = new GzipStream(Envelope.NONE);
        var wire = new ByteArrayOutputStream();
        wire.writeBytes(ByteBufUtil.getBytes(stream.head()));
        for (Piece piece : pieces) {
            stream.add(piece.sum());
            wire.writeBytes(piece.wire());
        }
        wire.writeBytes(ByteBufUtil.getBytes(stream.end()));
        return wire.toByteArray();
    }

    private static byte[] gunzipped(byte[] wire) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(wire))) {
            return in.readAllBytes();
        }
    }

    private static byte[] frames(Random random, int length) {
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append("id: ")
                    .append(random.nextInt())
                    .append("\ndata: {\"price\":")
                    .append(random.nextInt(100))
                    .append("}\n\n");
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    /** Short ones are stored, long ones deflated; the reader's checks are of length and CRC-32 of all. */
    @Test
    void shouldMakeOneStreamOfPiecesThatStandForThemselves() throws IOException {
        var random = new Random(1);
        for (int round = 0; round < 50; round++) {
            var pieces = new ArrayList<Piece>();
            var plain = new ByteArrayOutputStream();
            for (int i = random.nextInt(20); i > 0; i--) {
                byte[] frames = frames(random, 1 + random.nextInt(random.nextBoolean() ? 300 : 70_000));
                pieces.add(piece(frames));
                plain.writeBytes(frames);
            }
            assertThat(gunzipped(stream(pieces))).isEqualTo(plain.toByteArray());
        }
    }

    /** What a cohort shares: who begins later, or has had something else before, reads the same bytes. */
    @Test
    void shouldFitIntoAnyStream() throws IOException {
        var random = new Random(2);
        Piece first = piece(frames(random, 5_000));
        byte[] frames = frames(random, 5_000);
        Piece shared = piece(frames);

        assertThat(gunzipped(stream(List.of(shared)))).isEqualTo(frames);
        assertThat(gunzipped(stream(List.of(first, shared)))).endsWith(frames);
    }

    @Test
    void shouldBeReadableAtOnce() throws Exception {
        byte[] frames = frames(new Random(3), 4_000);
        byte[] wire = piece(frames).wire();
        var inflater = new Inflater(true);
        inflater.setInput(wire);
        var got = new byte[frames.length + 1];

        assertThat(inflater.inflate(got)).isEqualTo(frames.length);
        assertThat(wire.length).isLessThan(frames.length / 2);
        inflater.end();
    }

    /** Also what does not get smaller. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 65_535, 65_536, 1_000_000})
    void shouldTakeWhatHasNoPattern(int length) throws IOException {
        var bytes = new byte[length];
        new Random(4).nextBytes(bytes);
        byte[] wire = stream(List.of(piece(bytes)));

        assertThat(gunzipped(wire)).isEqualTo(bytes);
        assertThat(wire.length).isLessThan(length + length / 100 + 64);
    }

    @Test
    void shouldMakeFilesOfMessages() throws IOException {
        byte[] message = frames(new Random(5), 1_000);
        ByteBuf out = Unpooled.buffer();
        DEFLATE.gzip(Unpooled.wrappedBuffer(message), out);

        assertThat(gunzipped(ByteBufUtil.getBytes(out))).isEqualTo(message);
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
