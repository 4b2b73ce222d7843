package dev.sluice.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Read by the JDK, which is strict about the end of a stream, and by zstd's own decoder. */
class ContentCodingTest {
    private static final int LEVEL = 1;
    private static final int MIN_BYTES = 256;

    private enum Coding {
        GZIP(new Deflate(LEVEL, MIN_BYTES)) {
            @Override
            InputStream decoder(InputStream wire) throws IOException {
                return new GZIPInputStream(wire);
            }
        },
        ZSTD(new Zstd(LEVEL, MIN_BYTES)) {
            @Override
            InputStream decoder(InputStream wire) throws IOException {
                return new ZstdInputStreamNoFinalizer(wire);
            }
        };

        private final ContentCoding coding;

        Coding(ContentCoding coding) {
            this.coding = coding;
        }

        abstract InputStream decoder(InputStream wire) throws IOException;

        byte[] decoded(byte[] wire) throws IOException {
            try (var in = decoder(new ByteArrayInputStream(wire))) {
                return in.readAllBytes();
            }
        }

        Piece piece(byte[] frames) {
            ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(64);
            Envelope envelope = coding.pieces(Envelope.NONE);
            try {
                envelope.begin(out);
                assertThat(out.isReadable()).isFalse();
                long sum = envelope.end(out.writeBytes(frames));
                return new Piece(ByteBufUtil.getBytes(out), sum);
            } finally {
                out.release();
            }
        }

        byte[] stream(List<Piece> pieces) {
            var stream = coding.stream(Envelope.NONE);
            var wire = new ByteArrayOutputStream();
            if (stream != null) {
                wire.writeBytes(ByteBufUtil.getBytes(stream.head()));
                pieces.forEach(piece -> stream.add(piece.sum()));
            }
            pieces.forEach(piece -> wire.writeBytes(piece.wire()));
            if (stream != null) {
                wire.writeBytes(ByteBufUtil.getBytes(stream.end()));
            }
            return wire.toByteArray();
        }
    }

    private record Piece(byte[] wire, long sum) {}

    static byte[] frames(Random random, int length) {
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

    /** Short ones are stored, long ones compressed; gzip's reader checks length and CRC-32 of all. */
    @ParameterizedTest
    @EnumSource
    void shouldMakeOneStreamOfPiecesThatStandForThemselves(Coding coding) throws IOException {
        var random = new Random(1);
        for (int round = 0; round < 50; round++) {
            var pieces = new ArrayList<Piece>();
            var plain = new ByteArrayOutputStream();
            for (int i = random.nextInt(20); i > 0; i--) {
                byte[] frames = frames(random, 1 + random.nextInt(random.nextBoolean() ? 300 : 70_000));
                pieces.add(coding.piece(frames));
                plain.writeBytes(frames);
            }
            assertThat(coding.decoded(coding.stream(pieces))).isEqualTo(plain.toByteArray());
        }
    }

    /** What a cohort shares: who begins later, or has had something else before, reads the same bytes. */
    @ParameterizedTest
    @EnumSource
    void shouldFitIntoAnyStream(Coding coding) throws IOException {
        var random = new Random(2);
        Piece first = coding.piece(frames(random, 5_000));
        byte[] frames = frames(random, 5_000);
        Piece shared = coding.piece(frames);

        assertThat(coding.decoded(coding.stream(List.of(shared)))).isEqualTo(frames);
        assertThat(coding.decoded(coding.stream(List.of(first, shared)))).endsWith(frames);
    }

    /** By a reader that has only as much of the stream, and would fail if it asked for more. */
    @ParameterizedTest
    @EnumSource
    void shouldBeReadableAtOnce(Coding coding) throws IOException {
        byte[] frames = frames(new Random(3), 4_000);
        Piece piece = coding.piece(frames);
        byte[] begun = coding.stream(List.of(piece));
        var wire = new ByteArrayInputStream(begun, 0, begun.length - (coding == Coding.GZIP ? 10 : 0)) {
            @Override
            public int read(byte[] into, int offset, int length) {
                int read = super.read(into, offset, length);
                assertThat(read).isPositive();
                return read;
            }
        };

        try (var decoder = coding.decoder(wire)) {
            assertThat(decoder.readNBytes(frames.length)).isEqualTo(frames);
        }
        assertThat(piece.wire().length).isLessThan(frames.length / 2);
    }

    /** Also what does not get smaller, and what is longer than a block. */
    @ParameterizedTest
    @CsvSource({
        "GZIP, 0", "GZIP, 1", "GZIP, 255", "GZIP, 256", "GZIP, 65535", "GZIP, 65536", "GZIP, 1000000",
        "ZSTD, 0", "ZSTD, 1", "ZSTD, 255", "ZSTD, 256", "ZSTD, 65536", "ZSTD, 65537", "ZSTD, 1000000"
    })
    void shouldTakeWhatHasNoPattern(Coding coding, int length) throws IOException {
        var bytes = new byte[length];
        new Random(4).nextBytes(bytes);
        byte[] wire = coding.stream(List.of(coding.piece(bytes)));

        assertThat(coding.decoded(wire)).isEqualTo(bytes);
        assertThat(wire.length).isLessThan(length + length / 100 + 64);
    }

    /** As an operator may want it who lets nothing be compressed that is shorter than a large event. */
    @ParameterizedTest
    @CsvSource({"GZIP, 65535", "GZIP, 65536", "ZSTD, 65536", "ZSTD, 65537"})
    void shouldStoreWhatFitsABlock(Coding coding, int length) throws IOException {
        byte[] frames = frames(new Random(5), length);
        ContentCoding reluctant =
                coding == Coding.GZIP ? new Deflate(LEVEL, Integer.MAX_VALUE) : new Zstd(LEVEL, Integer.MAX_VALUE);
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(64);
        Envelope envelope = reluctant.pieces(Envelope.NONE);
        envelope.begin(out);
        long sum = envelope.end(out.writeBytes(frames));
        byte[] wire = ByteBufUtil.getBytes(out);
        out.release();

        assertThat(coding.decoded(coding.stream(List.of(new Piece(wire, sum))))).isEqualTo(frames);
        assertThat(wire.length > length).isEqualTo(length % 2 == (coding == Coding.GZIP ? 1 : 0));
    }
}
