package dev.sluice.fanout.session;

import io.netty.buffer.ByteBuf;

/**
 * How a protocol frames what a session says. An event's frame is made by copying its shared body and the few bytes that
 * differ between readers into the session's buffer. Called on the session's event loop.
 */
public interface FrameFormat {

    /** Must be one of those that the engine was made with. */
    BodyFormat body();

    /** What {@link #event} and {@link #control} are given to name the subscription; made once per subscription. */
    byte[] label(String subscription);

    /** Whether an event names its subscription also where the connection has no other; else its label is empty there. */
    default boolean alwaysNames() {
        return true;
    }

    /** @param cursor resumes exactly after this event; ASCII */
    void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor);

    /**
     * @param label of the subscription that it concerns; empty when it concerns the session
     * @param cursor where the subscription stands; empty when there is none
     */
    void control(ByteBuf out, byte[] label, Control control, byte[] cursor);
}
