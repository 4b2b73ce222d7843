package dev.sluice.sse;

import dev.sluice.edge.format.ControlJson;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * An event stream: {@code id} is the cursor. A heartbeat is a comment; where there is a cursor to tell, it is an event of a type of its own:
 * a block of nothing but an {@code id} wakes no EventSource, but reaches many other clients as an empty event.
 */
record SseFormat(Form form, Fields fields) implements FrameFormat {
    static final SseFormat DATA = new SseFormat(Form.DATA, Fields.TYPE);
    static final SseFormat CLOUDEVENTS = new SseFormat(Form.CLOUDEVENTS, Fields.ALL);

    private static final byte[] NO_LABEL = {};

    /** A payload has no room for attributes: where others than the type are asked for, the data are an object that holds both. */
    private boolean isPayload() {
        return form == Form.DATA && (fields.isNone() || fields.equals(Fields.TYPE));
    }

    private byte[] block(byte[] shared) {
        if (form == Form.CLOUDEVENTS) {
            return SseCloudEventsBody.of(shared, fields);
        }
        if (!isPayload()) {
            return SseCloudEventsBody.attributes(shared, fields);
        }
        return fields.isNone() ? SseText.withoutType(shared) : shared;
    }

    @Override
    public BodyFormat body() {
        return isPayload() ? SseDataBody.INSTANCE : SseCloudEventsBody.INSTANCE;
    }

    @Override
    public byte[] label(String subscription) {
        return NO_LABEL;
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] shared, byte[] cursor) {
        id(out, cursor);
        out.writeBytes(block(shared));
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
