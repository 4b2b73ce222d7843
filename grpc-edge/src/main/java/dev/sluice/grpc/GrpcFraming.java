package dev.sluice.grpc;

import dev.sluice.edge.proto.Framing;
import io.netty.buffer.ByteBuf;

/** The prefix of a message: not compressed, and its length. */
enum GrpcFraming implements Framing {
    INSTANCE;

    static final int PREFIX = 5;

    @Override
    public void header(ByteBuf out, int length) {
        out.writeByte(0).writeInt(length);
    }
}
