package dev.sluice.client.websocket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.StructuredEvents;
import dev.sluice.client.SubscriptionRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/** {@code cloudevents.json}: events only, either way. An operation's id is its event's. */
final class CloudEventsSubprotocol implements Subprotocol {

    private static final Set<String> ANSWERS =
            Set.of("subscribed", "unsubscribed", "published", "acked", "authenticated", "pong", "error");

    @Override
    public String name() {
        return "cloudevents.json";
    }

    @Override
    public Message subscribe(String id, SubscriptionRequest request) {
        return operation("subscribe", id, Operations.subscribe(Json.object(), request));
    }

    @Override
    public Message unsubscribe(String id, String subscription) {
        return operation("unsubscribe", id, Json.object().put("subscription", subscription));
    }

    @Override
    public Message ack(String id, String subscription, String cursor) {
        return operation(
                "ack", id, Json.object().put("subscription", subscription).put("cursor", cursor));
    }

    @Override
    public Message auth(String id, String token) {
        return operation("auth", id, Json.object().put("token", token));
    }

    @Override
    public Message ping(String id) {
        return operation("ping", id, Json.object());
    }

    /** The event's id is the operation's here, unless it has one of its own. */
    @Override
    public Message publish(String id, NewEvent event) {
        var json = event(event.id().isEmpty() ? id : event.id(), event.type().isEmpty() ? "message" : event.type());
        json.put("channel", event.channel()).put("datacontenttype", event.contentType());
        if (!event.source().isEmpty()) {
            json.put("source", event.source());
        }
        if (event.contentType().equals("application/json")) {
            json.set("data", Json.parse(new String(event.data(), StandardCharsets.UTF_8)));
        } else if (event.contentType().startsWith("text/")) {
            json.put("data", new String(event.data(), StandardCharsets.UTF_8));
        } else {
            json.put("data_base64", Base64.getEncoder().encodeToString(event.data()));
        }
        event.attributes().forEach(json::put);
        return new Message.Text(json.toString());
    }

    @Override
    public Received read(Message message) {
        if (!(message instanceof Message.Text text)) {
            throw new IllegalArgumentException("a binary message on " + name());
        }
        var received = StructuredEvents.read(text.text());
        if (received instanceof Received.Control control && ANSWERS.contains(control.kind())) {
            var members = control.members();
            return new Received.Answer(
                    members.path("id").asText(),
                    members.path("subscription").asText(),
                    control.cursor(),
                    control.kind(),
                    members);
        }
        return received;
    }

    private static Message operation(String op, String id, ObjectNode members) {
        var json = event(id, "sluice." + op).put("datacontenttype", "application/json");
        json.set("data", members);
        return new Message.Text(json.toString());
    }

    private static ObjectNode event(String id, String type) {
        return Json.object()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", "/tests")
                .put("type", type);
    }
}
