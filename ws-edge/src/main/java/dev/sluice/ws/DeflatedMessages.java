package dev.sluice.ws;

import dev.sluice.edge.transport.Deflate;
import dev.sluice.edge.transport.EachMessage;
import io.netty.buffer.ByteBuf;

/**
 * Messages compressed one by one (permessage-deflate, RFC 7692, section 7.2.1), without the context of those before: so they are the same for
 * all who get them. Those too short for it stay as they are.
 */
record DeflatedMessages(Deflate deflate) implements EachMessage {
    private static final int RSV1 = 0x40;
    /** The empty block at the end, which a sender leaves out. */
    private static final int TAIL = 4;

    @Override
    public void message(ByteBuf plain, ByteBuf wire) {
        int begin = plain.readerIndex();
        int first = plain.readUnsignedByte();
        int length = WebSocketFraming.length(plain);
        ByteBuf content = plain.readSlice(length);
        if (!deflate.isWorthwhile(length)) {
            wire.writeBytes(plain, begin, plain.readerIndex() - begin);
            return;
        }
        ByteBuf message = wire.alloc().directBuffer(length);
        try {
            deflate.flushed(content, message);
            message.writerIndex(message.writerIndex() - TAIL);
            WebSocketFraming.header(wire, first | RSV1, message.readableBytes());
            wire.writeBytes(message);
        } finally {
            message.release();
        }
    }
}
