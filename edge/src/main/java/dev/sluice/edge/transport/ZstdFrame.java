package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;

/**
 * Frames as one frame of Zstandard (RFC 8878), which refers to nothing before it.
 *
 * @param around what stands around it
 */
record ZstdFrame(Envelope around, Zstd zstd) implements Envelope {
    private static final int MAGIC = 0xFD2FB528;
    /** No checksum, no dictionary, no length of the content; a window of 64 KiB (section 3.1.1.1). */
    private static final short DESCRIPTORS = 0x0030;

    /** The last block, raw (section 3.1.1.2); its length stands above. */
    private static final int LAST_RAW = 1;

    private static final int LENGTH_AT = 3;
    private static final int HEAD = Integer.BYTES + Short.BYTES + 3;
    /** As long as the window, which is the most that a block may be. */
    private static final int MOST_STORED = 1 << 16;

    @Override
    public void begin(ByteBuf out) {
        around.begin(out);
        out.writeZero(HEAD).skipBytes(HEAD);
    }

    @Override
    public long end(ByteBuf out) {
        int size = out.readableBytes();
        int begin = out.readerIndex() - HEAD;
        if (zstd.isWorthwhile(size) || size > MOST_STORED) {
            zstd.compressInPlace(out, begin);
        } else {
            out.setIntLE(begin, MAGIC)
                    .setShort(begin + Integer.BYTES, DESCRIPTORS)
                    .setMediumLE(begin + Integer.BYTES + Short.BYTES, size << LENGTH_AT | LAST_RAW)
                    .readerIndex(begin);
        }
        around.end(out);
        return GzipStream.NOTHING;
    }
}
