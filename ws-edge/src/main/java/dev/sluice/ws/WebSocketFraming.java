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
        out.writeByte(firstByte);
        if (length < 126) {
            out.writeByte(length);
        } else if (length <= 0xFFFF) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
    }
}
