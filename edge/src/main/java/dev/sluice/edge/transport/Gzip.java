package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;

/**
 * Frames as a piece of a gzip stream (RFC 1952): blocks of DEFLATE that end at the border of a byte, so that a client can read all of them at
 * once. They refer to nothing before them, and so can stand in any stream.
 *
 * @param around what stands around the blocks
 */
record Gzip(Envelope around, Deflate deflate) implements Envelope {
    /** The head of a stored block: its type, its length twice (RFC 1951, section 3.2.4). */
    private static final int STORED = 5;

    private static final int MOST_STORED = 0xFFFF;

    @Override
    public void begin(ByteBuf out) {
        around.begin(out);
        out.writeZero(STORED).skipBytes(STORED);
    }

    /** @return of the frames, for a {@link GzipStream} */
    @Override
    public long end(ByteBuf out) {
        int size = out.readableBytes();
        int begin = out.readerIndex() - STORED;
        long sum = GzipStream.sum(Deflate.crc(out), size);
        if (deflate.isWorthwhile(size) || size > MOST_STORED) {
            deflate.flushedInPlace(out, begin);
        } else {
            out.setByte(begin, 0).setShortLE(begin + 1, size).setShortLE(begin + 3, ~size);
            out.readerIndex(begin);
        }
        around.end(out);
        return sum;
    }
}
