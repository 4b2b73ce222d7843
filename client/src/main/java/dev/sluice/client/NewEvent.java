package dev.sluice.client;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An event to publish. Empty members are left out.
 *
 * @param attributes further CloudEvents attributes
 */
public record NewEvent(
        String channel,
        String id,
        String type,
        String source,
        String contentType,
        byte[] data,
        Map<String, String> attributes) {

    public static NewEvent text(String channel, String text) {
        return of(channel, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    public static NewEvent json(String channel, String json) {
        return of(channel, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    public static NewEvent of(String channel, String contentType, byte[] data) {
        return new NewEvent(channel, "", "", "", contentType, data, Map.of());
    }

    public NewEvent id(String newId) {
        return new NewEvent(channel, newId, type, source, contentType, data, attributes);
    }

    public NewEvent type(String newType) {
        return new NewEvent(channel, id, newType, source, contentType, data, attributes);
    }

    public NewEvent source(String newSource) {
        return new NewEvent(channel, id, type, newSource, contentType, data, attributes);
    }

    public NewEvent attribute(String name, String value) {
        var more = new LinkedHashMap<>(attributes);
        more.put(name, value);
        return new NewEvent(channel, id, type, source, contentType, data, more);
    }
}
