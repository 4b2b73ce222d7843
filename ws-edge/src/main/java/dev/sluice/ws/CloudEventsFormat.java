package dev.sluice.ws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.edge.format.CloudEventsBody;
import dev.sluice.edge.format.ControlJson;
import dev.sluice.edge.request.Fields;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Events as plain CloudEvents with the extensions {@code cursor} and {@code subscription}; ours are of reserved types. */
record CloudEventsFormat(Fields fields) implements FrameFormat {
    private static final byte[] NO_LABEL = {};
    private static final byte[] CURSOR = ",\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SUBSCRIPTION = ",\"subscription\":".getBytes(StandardCharsets.US_ASCII);

    @Override
    public BodyFormat body() {
        return CloudEventsBody.INSTANCE;
    }

    @Override
    public byte[] label(String subscription) {
        return subscription.isEmpty() ? NO_LABEL : JsonEvents.quoted(subscription);
    }

    @Override
    public boolean alwaysNames() {
        return !fields.isNone();
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] shared, byte[] cursor) {
        byte[] body = CloudEventsBody.of(shared, fields);
        int name = label.length == 0 ? 0 : SUBSCRIPTION.length + label.length;
        WebSocketFraming.TEXT.header(out, body.length + CURSOR.length + cursor.length + 1 + name);
        out.writeBytes(body, 0, body.length - 1)
                .writeBytes(CURSOR)
                .writeBytes(cursor)
                .writeByte('"');
        if (label.length > 0) {
            out.writeBytes(SUBSCRIPTION).writeBytes(label);
        }
        out.writeByte('}');
    }

    @Override
    public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
        ObjectNode event = ControlJson.cloudEvent(control, cursor);
        if (label.length > 0) {
            event.putRawValue("subscription", new RawValue(new String(label, StandardCharsets.UTF_8)));
        }
        JsonFormat.text(out, event);
    }
}
