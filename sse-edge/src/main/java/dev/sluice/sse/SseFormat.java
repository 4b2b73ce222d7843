package dev.sluice.sse;

import dev.sluice.edge.format.ControlJson;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * An event stream: {@code id} is the cursor. A heartbeat is a comment; where there is a cursor to tell, it is an event of a type of its own:
 * a block of nothing but an {@code id} wakes no EventSource, but reaches many other clients as an empty event.
 */
enum SseFormat implements FrameFormat {
    DATA(SseDataBody.INSTANCE),
    CLOUDEVENTS(SseCloudEventsBody.INSTANCE);

    private static final byte[] NO_LABEL = {};

    private final BodyFormat body;

    SseFormat(BodyFormat body) {
        this.body = body;
    }

    @Override
    public BodyFormat body() {
        return body;
    }

    @Override
    public byte[] label(String subscription) {
        return NO_LABEL;
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] block, byte[] cursor) {
        id(out, cursor);
        out.writeBytes(block);
    }

    @Override
    public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
        if (control instanceof Control.Heartbeat heartbeat && !heartbeat.moved()) {
            // Not followed by an empty line: to many clients that is the end of an event, be there one or not.
            ByteBufUtil.writeAscii(out, ":\n");
            return;
        }
        if (cursor.length > 0) {
            id(out, cursor);
        }
        if (control instanceof Control.Close close && !close.reconnectAfter().isZero()) {
            ByteBufUtil.writeAscii(out, "retry: " + close.reconnectAfter().toMillis() + "\n");
        }
        ByteBufUtil.writeAscii(out, "event: sluice." + control.kind() + "\ndata: ");
        ByteBufUtil.writeUtf8(out, ControlJson.members(control, cursor).toString());
        ByteBufUtil.writeAscii(out, "\n\n");
    }

    private static void id(ByteBuf out, byte[] cursor) {
        ByteBufUtil.writeAscii(out, "id: ");
        out.writeBytes(cursor);
        out.writeByte('\n');
    }
}
