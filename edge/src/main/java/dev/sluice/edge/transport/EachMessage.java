package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;

/** Frames that are messages, each of which becomes another one by itself. */
public interface EachMessage extends Envelope {

    @Override
    default void begin(ByteBuf out) {}

    @Override
    default long end(ByteBuf out) {
        ByteBuf wire = out.alloc().directBuffer(out.readableBytes());
        try {
            while (out.isReadable()) {
                message(out, wire);
            }
            out.clear().writeBytes(wire);
        } finally {
            wire.release();
        }
        return 0;
    }

    /** Reads one message and appends what goes to the wire in its place. */
    void message(ByteBuf plain, ByteBuf wire);
}
