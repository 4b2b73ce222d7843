package dev.sluice.edge.proto;

import io.netty.buffer.ByteBuf;

/** What a transport puts before a message: a gRPC prefix, a WebSocket frame's header. */
@FunctionalInterface
public interface Framing {
    void header(ByteBuf out, int length);
}
