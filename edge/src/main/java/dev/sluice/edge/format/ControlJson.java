package dev.sluice.edge.format;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.fanout.session.Control;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Control messages in JSON: the members, and the CloudEvent around them where a protocol has only those. */
public final class ControlJson {
    /** The {@code source} of what Sluice itself says. */
    public static final String SOURCE = "/sluice";

    private ControlJson() {}

    /** The members of a control message, the cursor included when there is one. */
    public static ObjectNode members(Control control, byte[] cursor) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (control instanceof Control.Open open) {
            json.put("session", open.session());
            json.put("serverTime", time(open.serverTime()));
            putTime(json, "tokenExpires", open.tokenExpires());
            json.put("heartbeatIntervalMs", open.heartbeatInterval().toMillis());
        } else if (control instanceof Control.Gap gap) {
            json.put("reason", gap.reason().code()).put("from", gap.from()).put("to", gap.to());
        } else if (control instanceof Control.Expiring expiring) {
            putTime(json, "tokenExpires", expiring.tokenExpires());
        } else if (control instanceof Control.Close close) {
            json.put("reason", close.reason().code());
            json.put("reconnectAfterMs", close.reconnectAfter().toMillis());
        }
        if (cursor.length > 0) {
            json.put("cursor", new String(cursor, StandardCharsets.US_ASCII));
        }
        return json;
    }

    /** A message of ours as a CloudEvent. */
    public static ObjectNode cloudEvent(String type, ObjectNode data) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("specversion", "1.0");
        event.put("id", UUID.randomUUID().toString());
        event.put("source", SOURCE);
        event.put("type", type);
        event.put("datacontenttype", "application/json");
        event.set("data", data);
        return event;
    }

    /** A control message as a CloudEvent with the cursor as an extension. */
    public static ObjectNode cloudEvent(Control control, byte[] cursor) {
        ObjectNode event = cloudEvent("sluice." + control.kind(), members(control, cursor));
        if (cursor.length > 0) {
            event.put("cursor", new String(cursor, StandardCharsets.US_ASCII));
        }
        return event;
    }

    /** RFC 3339 in UTC with milliseconds. */
    public static String time(Instant time) {
        return DateTimeFormatter.ISO_INSTANT.format(time.truncatedTo(ChronoUnit.MILLIS));
    }

    public static void putTime(ObjectNode json, String member, @Nullable Instant time) {
        if (time != null) {
            json.put(member, time(time));
        }
    }
}
