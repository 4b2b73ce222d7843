package dev.sluice.ws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.edge.format.CloudEventsBody;
import dev.sluice.edge.format.ControlJson;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Events and control messages of {@code sluice.v1.json}. */
enum JsonFormat implements FrameFormat {
    DATA(JsonDataBody.INSTANCE, "\",", ""),
    CLOUDEVENTS(CloudEventsBody.INSTANCE, "\",\"event\":", "}");

    private static final byte[] NO_LABEL = {};
    private static final byte[] OPEN = ascii("{\"op\":\"event\",\"subscription\":");
    private static final byte[] CURSOR = ascii(",\"cursor\":\"");

    private final BodyFormat body;
    private final byte[] afterCursor;
    private final byte[] end;

    JsonFormat(BodyFormat body, String afterCursor, String end) {
        this.body = body;
        this.afterCursor = ascii(afterCursor);
        this.end = ascii(end);
    }

    static JsonFormat of(Form form) {
        return form == Form.CLOUDEVENTS ? CLOUDEVENTS : DATA;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public BodyFormat body() {
        return body;
    }

    /** The name as a JSON string, quotes included. */
    @Override
    public byte[] label(String subscription) {
        return subscription.isEmpty() ? NO_LABEL : JsonEvents.quoted(subscription);
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] shared, byte[] cursor) {
        int length = OPEN.length
                + label.length
                + CURSOR.length
                + cursor.length
                + afterCursor.length
                + shared.length
                + end.length;
        WebSocketFraming.TEXT.header(out, length);
        out.writeBytes(OPEN)
                .writeBytes(label)
                .writeBytes(CURSOR)
                .writeBytes(cursor)
                .writeBytes(afterCursor)
                .writeBytes(shared)
                .writeBytes(end);
    }

    @Override
    public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("op", control.kind());
        if (label.length > 0) {
            message.putRawValue("subscription", new RawValue(new String(label, StandardCharsets.UTF_8)));
        }
        message.setAll(ControlJson.members(control, cursor));
        text(out, message);
    }

    static void text(ByteBuf out, ObjectNode message) {
        byte[] bytes = message.toString().getBytes(StandardCharsets.UTF_8);
        WebSocketFraming.TEXT.header(out, bytes.length);
        out.writeBytes(bytes);
    }
}
