package dev.sluice.ws;

import dev.sluice.edge.proto.Framing;
import io.netty.buffer.ByteBuf;

/** The header of an unfragmented, unmasked frame (RFC 6455, section 5.2). */
enum WebSocketFraming implements Framing {
    TEXT(0x81),
    BINARY(0x82);

    private final int firstByte;

    WebSocketFraming(int firstByte) {
        this.firstByte = firstByte;
    }

    @Override
    public void header(ByteBuf out, int length) {
        header(out, firstByte, length);
    }

    /** @param firstByte its opcode, and the bits before that */
    static void header(ByteBuf out, int firstByte, int length) {
        out.writeByte(firstByte);
        if (length < 126) {
            out.writeByte(length);
        } else if (length <= 0xFFFF) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
    }

    /** Reads what {@link #header} has written after the first byte. */
    static int length(ByteBuf frame) {
        int length = frame.readUnsignedByte();
        return switch (length) {
            case 126 -> frame.readUnsignedShort();
            case 127 -> (int) frame.readLong();
            default -> length;
        };
    }
}
