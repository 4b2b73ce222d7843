package dev.sluice.ws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.edge.format.CloudEventsBody;
import dev.sluice.edge.format.ControlJson;
import dev.sluice.edge.format.JsonMembers;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Events and control messages of {@code sluice.v1.json}. */
record JsonFormat(Form form, Fields fields) implements FrameFormat {
    static final JsonFormat DATA = new JsonFormat(Form.DATA, Fields.ALL);
    static final JsonFormat CLOUDEVENTS = new JsonFormat(Form.CLOUDEVENTS, Fields.ALL);

    private static final byte[] NO_LABEL = {};
    private static final byte[] OPEN = ascii("{\"op\":\"event\"");
    private static final byte[] SUBSCRIPTION = ascii(",\"subscription\":");
    private static final byte[] CURSOR = ascii(",\"cursor\":\"");
    private static final byte[] EVENT = ascii("\",\"event\":");
    private static final byte[] NEXT = ascii("\",");
    private static final byte[] END = ascii("\"");

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public BodyFormat body() {
        return form == Form.CLOUDEVENTS ? CloudEventsBody.INSTANCE : JsonDataBody.INSTANCE;
    }

    @Override
    public boolean alwaysNames() {
        return !fields.isNone();
    }

    /** The name as a JSON string, quotes included. */
    @Override
    public byte[] label(String subscription) {
        return subscription.isEmpty() ? NO_LABEL : JsonEvents.quoted(subscription);
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] shared, byte[] cursor) {
        if (form == Form.CLOUDEVENTS) {
            byte[] event = CloudEventsBody.of(shared, fields);
            head(out, label, cursor, EVENT, event.length + 1);
            out.writeBytes(event).writeByte('}');
        } else if (fields.all()) {
            head(out, label, cursor, NEXT, JsonDataBody.length(shared));
            out.writeBytes(shared, 0, JsonDataBody.length(shared));
        } else if (fields.isNone()) {
            int data = JsonDataBody.data(shared);
            int length = JsonDataBody.length(shared) - data;
            head(out, label, cursor, END, length);
            out.writeBytes(shared, data, length);
        } else {
            byte[] members = JsonMembers.choose(shared, 0, JsonDataBody.length(shared) - 1, this::isWanted);
            head(out, label, cursor, members.length == 0 ? END : NEXT, members.length + 1);
            out.writeBytes(members).writeByte('}');
        }
    }

    private boolean isWanted(String member) {
        return fields.has(member.equals("contentType") ? "datacontenttype" : member);
    }

    /** @param rest how many bytes come after it */
    private static void head(ByteBuf out, byte[] label, byte[] cursor, byte[] afterCursor, int rest) {
        int name = label.length == 0 ? 0 : SUBSCRIPTION.length + label.length;
        WebSocketFraming.TEXT.header(
                out, OPEN.length + name + CURSOR.length + cursor.length + afterCursor.length + rest);
        out.writeBytes(OPEN);
        if (label.length > 0) {
            out.writeBytes(SUBSCRIPTION).writeBytes(label);
        }
        out.writeBytes(CURSOR).writeBytes(cursor).writeBytes(afterCursor);
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
