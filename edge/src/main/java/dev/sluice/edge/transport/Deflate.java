package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * DEFLATE (RFC 1951) of pieces that each stand for themselves; as a content coding, within gzip. The compressor is the thread's: what it was
 * given before does not matter to what comes next. Any thread; what it does, it does in the buffer that it is given.
 *
 * @param level 1 (fastest) to 9 (smallest)
 * @param minBytes what is shorter goes as it is
 */
public record Deflate(int level, int minBytes) implements ContentCoding {
    /** More is not kept from one piece to the next. */
    private static final int KEPT = 64 * 1024;

    private static final FastThreadLocal<Compressor> COMPRESSOR = new FastThreadLocal<>() {
        @Override
        protected Compressor initialValue() {
            return new Compressor();
        }

        @Override
        protected void onRemoval(Compressor gone) {
            gone.deflater.end();
        }
    };

    private static final class Compressor {
        private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        private final CRC32 crc = new CRC32();
        private byte[] made = {};

        /** @return how many bytes it made */
        int deflate(Deflate how, ByteBuf plain, boolean last) {
            int length = plain.readableBytes();
            // More than they can become: a flush into a full buffer would be another one.
            int most = length + (length >>> 3) + (length >>> 6) + 64;
            if (made.length < most || made.length > KEPT) {
                made = new byte[Math.max(most, KEPT)];
            }
            deflater.reset();
            deflater.setLevel(how.level);
            deflater.setInput(plain.nioBuffer());
            if (last) {
                deflater.finish();
            }
            int bytes = deflater.deflate(made, 0, made.length, Deflater.SYNC_FLUSH);
            if (bytes == made.length) {
                throw new IllegalStateException(length + " bytes became " + bytes);
            }
            return bytes;
        }
    }

    @Override
    public String token() {
        return "gzip";
    }

    @Override
    public Envelope pieces(Envelope around) {
        return new Gzip(around, this);
    }

    @Override
    public GzipStream stream(Envelope around) {
        return new GzipStream(around);
    }

    /**
     * Appends to a buffer what all that is readable of another becomes. It ends at the border of a byte, with an empty block: 00 00 FF FF.
     */
    public void flushed(ByteBuf plain, ByteBuf out) {
        Compressor compressor = COMPRESSOR.get();
        int made = compressor.deflate(this, plain, false);
        out.writeBytes(compressor.made, 0, made);
        plain.skipBytes(plain.readableBytes());
    }

    /**
     * As {@link #flushed}, but all that is readable of a buffer becomes it.
     *
     * @param begin where it stands then, which is not after where it stood
     */
    void flushedInPlace(ByteBuf out, int begin) {
        Compressor compressor = COMPRESSOR.get();
        int made = compressor.deflate(this, out, false);
        out.setIndex(begin, begin).writeBytes(compressor.made, 0, made);
    }

    /** Appends to a buffer what all that is readable of another becomes as a file of gzip (RFC 1952). */
    public void gzip(ByteBuf plain, ByteBuf out) {
        Compressor compressor = COMPRESSOR.get();
        int length = plain.readableBytes();
        int crc = crc(plain);
        int made = compressor.deflate(this, plain, true);
        out.writeBytes(GzipStream.HEAD)
                .writeBytes(compressor.made, 0, made)
                .writeIntLE(crc)
                .writeIntLE(length);
        plain.skipBytes(length);
    }

    /** CRC-32 of all that is readable of a buffer. */
    static int crc(ByteBuf plain) {
        CRC32 crc = COMPRESSOR.get().crc;
        crc.reset();
        crc.update(plain.nioBuffer());
        return (int) crc.getValue();
    }
}
