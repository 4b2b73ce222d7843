package dev.sluice.client.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.StructuredEvents;
import dev.sluice.client.SubscriptionRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** {@code sluice.v1.json}. */
final class JsonSubprotocol implements Subprotocol {

    private static final Set<String> CONTROLS = Set.of("open", "heartbeat", "gap", "expiring", "close");
    private static final Set<String> ANSWERS =
            Set.of("subscribed", "unsubscribed", "published", "acked", "authenticated", "pong", "error");

    @Override
    public String name() {
        return "sluice.v1.json";
    }

    @Override
    public Message subscribe(String id, SubscriptionRequest request) {
        return text(Operations.subscribe(operation("subscribe", id), request));
    }

    @Override
    public Message unsubscribe(String id, String subscription) {
        return text(operation("unsubscribe", id).put("subscription", subscription));
    }

    @Override
    public Message publish(String id, NewEvent event) {
        var json = operation("publish", id).put("channel", event.channel());
        putIfGiven(json, "event_id", event.id());
        putIfGiven(json, "type", event.type());
        putIfGiven(json, "source", event.source());
        putIfGiven(json, "content_type", event.contentType());
        if (event.contentType().equals("application/json")) {
            json.set("data", Json.parse(new String(event.data(), StandardCharsets.UTF_8)));
        } else if (event.contentType().startsWith("text/")) {
            json.put("data", new String(event.data(), StandardCharsets.UTF_8));
        } else {
            json.put("data_base64", Base64.getEncoder().encodeToString(event.data()));
        }
        event.attributes().forEach(json.withObject("/attributes")::put);
        return text(json);
    }

    @Override
    public Message ack(String id, String subscription, String cursor) {
        return text(operation("ack", id).put("subscription", subscription).put("cursor", cursor));
    }

    @Override
    public Message auth(String id, String token) {
        return text(operation("auth", id).put("token", token));
    }

    @Override
    public Message ping(String id) {
        return text(operation("ping", id));
    }

    @Override
    public Received read(Message message) {
        if (!(message instanceof Message.Text text)) {
            throw new IllegalArgumentException("a binary message on " + name());
        }
        var json = Json.parse(text.text());
        var op = json.path("op").asText();
        var subscription = json.path("subscription").asText();
        var cursor = json.path("cursor").asText();
        if (op.equals("event")) {
            return json.has("event")
                    ? StructuredEvents.read(json.get("event").toString(), subscription, cursor)
                    : event(json, subscription, cursor);
        }
        if (CONTROLS.contains(op)) {
            return new Received.Control(subscription, cursor, op, json);
        }
        if (ANSWERS.contains(op)) {
            return new Received.Answer(json.path("id").asText(), subscription, cursor, op, json);
        }
        throw new IllegalArgumentException("an undocumented op: " + text.text());
    }

    private static Received event(JsonNode json, String subscription, String cursor) {
        Map<String, String> attributes = new LinkedHashMap<>();
        json.path("attributes")
                .properties()
                .forEach(
                        entry -> attributes.put(entry.getKey(), entry.getValue().asText()));
        if (json.has("subject")) {
            attributes.put("subject", json.get("subject").asText());
        }
        return new Received.Event(
                subscription,
                cursor,
                json.path("channel").asText(),
                json.path("id").asText(),
                json.path("source").asText(),
                json.path("type").asText(),
                json.path("contentType").asText(),
                data(json),
                attributes);
    }

    private static byte[] data(JsonNode json) {
        if (json.has("data_base64")) {
            return Base64.getDecoder().decode(json.get("data_base64").asText());
        }
        var data = json.path("data");
        var isJson = json.path("contentType").asText().contains("json");
        return (data.isTextual() && !isJson ? data.asText() : data.toString()).getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode operation(String op, String id) {
        return Json.object().put("op", op).put("id", id);
    }

    private static void putIfGiven(ObjectNode json, String member, String value) {
        if (!value.isEmpty()) {
            json.put(member, value);
        }
    }

    private static Message text(ObjectNode json) {
        return new Message.Text(json.toString());
    }
}
