package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The begin and the end of one connection's gzip stream (RFC 1952), and what the end says of all between them: its length and CRC-32. That
 * is made of what each piece says of itself, which no reader has to compute again. On the connection's event loop.
 */
final class GzipStream {
    /** No time, no name; made by whatever system. */
    static final byte[] HEAD = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};
    /** An empty last block. */
    private static final short LAST_BLOCK = 0x0300;

    private static final int END = Short.BYTES + 2 * Integer.BYTES;

    /** What a piece says of itself that holds no frames. */
    static final long NOTHING = 0;

    private final Envelope around;
    private int crc;
    private int length;

    /** @param around what stands around each piece */
    GzipStream(Envelope around) {
        this.around = around;
    }

    /** What a piece says of itself. */
    static long sum(int crc, int length) {
        return (long) crc << Integer.SIZE | length;
    }

    /** What the stream begins with. */
    ByteBuf head() {
        return piece(HEAD);
    }

    /** A piece of it was written that says so of itself. */
    void add(long sum) {
        int bytes = (int) sum;
        crc = Crc32.concatenated(crc, (int) (sum >>> Integer.SIZE), bytes);
        length += bytes;
    }

    /** What it ends with. */
    ByteBuf end() {
        ByteBuf end = Unpooled.buffer(END);
        return piece(
                end.writeShort(LAST_BLOCK).writeIntLE(crc).writeIntLE(length).array());
    }

    private ByteBuf piece(byte[] bytes) {
        ByteBuf out = Unpooled.buffer();
        around.begin(out);
        out.writeBytes(bytes);
        around.end(out);
        return out;
    }
}
