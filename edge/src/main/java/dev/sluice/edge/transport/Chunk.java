package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A chunk of an HTTP/1.1 body (RFC 9112, section 7.1): its size in hex before it, a line break after it. */
enum Chunk implements Envelope {
    INSTANCE;

    /** Eight digits are enough for what an array can hold; those that a size does not need are left out. */
    private static final int DIGITS = 8;

    private static final int HEAD = DIGITS + 2;
    /** The last chunk, without trailers. */
    private static final byte[] LAST = {'0', '\r', '\n', '\r', '\n'};

    private static final short LINE_BREAK = 0x0D0A;

    /** What a body ends with. */
    static ByteBuf last() {
        return Unpooled.wrappedBuffer(LAST);
    }

    @Override
    public void begin(ByteBuf out) {
        out.writeZero(HEAD).skipBytes(HEAD);
    }

    @Override
    public long end(ByteBuf out) {
        int size = out.readableBytes();
        int at = out.readerIndex();
        out.writeShort(LINE_BREAK);
        at -= 2;
        out.setShort(at, LINE_BREAK);
        do {
            out.setByte(--at, Character.forDigit(size & 0xF, 16));
            size >>>= 4;
        } while (size > 0);
        out.readerIndex(at);
        return 0;
    }
}
