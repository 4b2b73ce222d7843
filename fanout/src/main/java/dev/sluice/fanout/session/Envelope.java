package dev.sluice.fanout.session;

import io.netty.buffer.ByteBuf;

/**
 * What a transport makes of the frames of one write, as HTTP/1.1 puts a chunk around them, or as they are compressed. It is part of what
 * readers share, so it is done once. Has no state; equal ones write the same.
 */
public interface Envelope {
    /** The frames as they are. */
    Envelope NONE = new Envelope() {
        @Override
        public void begin(ByteBuf out) {}

        @Override
        public long end(ByteBuf out) {
            return 0;
        }
    };

    /** Leaves room before the frames; what is readable after it are frames only. */
    void begin(ByteBuf out);

    /**
     * Closes what was begun; what is readable after it is what goes to the wire.
     *
     * @return what the outlet has to know of the frames besides, as a checksum that stands at the end of its stream; 0 where it has not
     */
    long end(ByteBuf out);
}
