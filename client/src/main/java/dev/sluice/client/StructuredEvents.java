package dev.sluice.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads structured CloudEvents JSON with the CloudEvents SDK, which checks it on the way. */
public final class StructuredEvents {

    private static final JsonFormat FORMAT = new JsonFormat();
    private static final String CONTROL = "sluice.";
    private static final Set<String> OURS = Set.of("channel", "cursor", "subscription");

    private StructuredEvents() {}

    /** An event, or a control message if its type is ours. */
    public static Received read(String json) {
        var event = FORMAT.deserialize(json.getBytes(StandardCharsets.UTF_8));
        var cursor = extension(event, "cursor");
        var subscription = extension(event, "subscription");
        return event.getType().startsWith(CONTROL)
                ? control(event, json, subscription, cursor)
                : event(event, subscription, cursor);
    }

    /** Where the cursor stands elsewhere. */
    public static Received.Event read(String json, String subscription, String cursor) {
        return event(FORMAT.deserialize(json.getBytes(StandardCharsets.UTF_8)), subscription, cursor);
    }

    private static Received control(CloudEvent event, String json, String subscription, String cursor) {
        if (!event.getSource().toString().equals("/sluice")) {
            throw new IllegalArgumentException("a control message from " + event.getSource());
        }
        JsonNode members = Json.parse(json).path("data");
        return new Received.Control(subscription, cursor, event.getType().substring(CONTROL.length()), members);
    }

    private static Received.Event event(CloudEvent event, String subscription, String cursor) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (var name : event.getExtensionNames()) {
            if (!OURS.contains(name)) {
                attributes.put(name, extension(event, name));
            }
        }
        if (event.getSubject() != null) {
            attributes.put("subject", event.getSubject());
        }
        var data = event.getData();
        var contentType = event.getDataContentType();
        return new Received.Event(
                subscription,
                cursor,
                extension(event, "channel"),
                event.getId(),
                event.getSource().toString(),
                event.getType(),
                contentType == null ? "" : contentType,
                data == null ? new byte[0] : data.toBytes(),
                attributes);
    }

    private static String extension(CloudEvent event, String name) {
        var value = event.getExtension(name);
        return value == null ? "" : value.toString();
    }
}
