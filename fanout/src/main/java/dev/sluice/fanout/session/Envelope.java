package dev.sluice.fanout.session;

import io.netty.buffer.ByteBuf;

/**
 * What a transport puts around the frames of one write, as HTTP/1.1 does with its chunks. It is part of what readers share, so it is
 * written once. Has no state; equal ones write the same.
 */
public interface Envelope {
    /** The frames as they are. */
    Envelope NONE = new Envelope() {
        @Override
        public void begin(ByteBuf out) {}

        @Override
        public void end(ByteBuf out) {}
    };

    /** Leaves room before the frames; what is readable after it are frames only. */
    void begin(ByteBuf out);

    /** Closes what was begun; what is readable after it is what goes to the wire. */
    void end(ByteBuf out);
}
