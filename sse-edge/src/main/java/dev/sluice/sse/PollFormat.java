package dev.sluice.sse;

import dev.sluice.edge.format.CloudEventsBody;
import dev.sluice.edge.format.ControlJson;
import dev.sluice.edge.request.Fields;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One poll's answer in the making: events as the items of an array, up to the limit, and where to go on after the last of them.
 * Belongs to one request.
 */
final class PollFormat implements FrameFormat {
    private static final byte[] NO_LABEL = {};

    private final int limit;
    private final Fields fields;
    private int events;
    private String cursor = "";
    private @Nullable String gap;
    private boolean over;

    PollFormat(int limit, Fields fields) {
        this.limit = limit;
        this.fields = fields;
    }

    @Override
    public BodyFormat body() {
        return CloudEventsBody.INSTANCE;
    }

    @Override
    public byte[] label(String subscription) {
        return NO_LABEL;
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] body, byte[] at) {
        if (isFull()) {
            // Not taken: the cursor stays before it, and the next poll begins there.
            return;
        }
        if (events++ > 0) {
            out.writeByte(',');
        }
        CloudEventsBody.withCursor(out, CloudEventsBody.of(body, fields), at);
        moveTo(at);
    }

    @Override
    public void control(ByteBuf out, byte[] label, Control control, byte[] at) {
        if (isFull()) {
            return;
        }
        if (control instanceof Control.Gap && events > 0) {
            // What came before it is answered first; the next poll meets the gap again.
            over = true;
            return;
        }
        if (control instanceof Control.Gap) {
            gap = ControlJson.members(control, new byte[0]).toString();
        } else if (control instanceof Control.Close) {
            over = true;
        }
        if (at.length > 0) {
            moveTo(at);
        }
    }

    void moveTo(byte[] at) {
        cursor = new String(at, StandardCharsets.US_ASCII);
    }

    boolean isFull() {
        return over || events >= limit;
    }

    /** Whether there is something to answer with. */
    boolean hasNews() {
        return events > 0 || gap != null || over;
    }

    /** What follows the events in the answer. */
    String tail() {
        return "],\"cursor\":\"" + cursor + "\"" + (gap == null ? "" : ",\"gap\":" + gap) + "}";
    }
}
