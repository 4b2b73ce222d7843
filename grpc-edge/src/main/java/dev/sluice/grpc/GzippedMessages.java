package dev.sluice.grpc;

import dev.sluice.edge.transport.Deflate;
import dev.sluice.edge.transport.EachMessage;
import io.netty.buffer.ByteBuf;

/**
 * Messages compressed one by one by gzip (gRPC over HTTP/2, "Compressed-Flag"), each a file of its own: so they are the same for all who get
 * them. Those too short for it stay as they are.
 */
record GzippedMessages(Deflate deflate) implements EachMessage {
    private static final byte COMPRESSED = 1;

    @Override
    public void message(ByteBuf plain, ByteBuf wire) {
        int length = plain.getInt(plain.readerIndex() + 1);
        if (deflate.isWorthwhile(length)) {
            plain.skipBytes(GrpcFraming.PREFIX);
            int prefix = wire.writerIndex();
            wire.writeByte(COMPRESSED).writeInt(0);
            deflate.gzip(plain.readSlice(length), wire);
            wire.setInt(prefix + 1, wire.writerIndex() - prefix - GrpcFraming.PREFIX);
        } else {
            wire.writeBytes(plain, GrpcFraming.PREFIX + length);
        }
    }
}
