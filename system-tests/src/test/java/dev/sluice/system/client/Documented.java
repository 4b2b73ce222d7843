package dev.sluice.system.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Connection;
import dev.sluice.client.Json;
import dev.sluice.client.Mailbox;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.websocket.Subprotocol;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Clients that hold the documentation against what is said: a message of the server that {@code docs/asyncapi.yaml} has not ends the
 * connection as a violation, and so does an operation of ours that is granted though the document has it not. Safe on any thread.
 */
public final class Documented implements Subprotocol {
    private static final Set<String> CONTROLS = Set.of("open", "heartbeat", "gap", "expiring", "close");

    private final Subprotocol subprotocol;
    /** By id, as long as they are not answered. */
    private final Map<String, JsonNode> asked = new ConcurrentHashMap<>();

    private Documented(Subprotocol subprotocol) {
        this.subprotocol = subprotocol;
    }

    /** For one connection. */
    public static Subprotocol json() {
        return new Documented(Subprotocol.JSON);
    }

    /** For one connection. */
    public static Subprotocol cloudEvents() {
        return new Documented(Subprotocol.CLOUDEVENTS);
    }

    /** An event stream: what the service itself says on it is looked at in the end. */
    static Connection stream(Connection connection) {
        return new Stream(connection);
    }

    @Override
    public String name() {
        return subprotocol.name();
    }

    @Override
    public Message subscribe(String id, SubscriptionRequest request) {
        return asking(subprotocol.subscribe(id, request));
    }

    @Override
    public Message unsubscribe(String id, String subscription) {
        return asking(subprotocol.unsubscribe(id, subscription));
    }

    @Override
    public Message publish(String id, NewEvent event) {
        return asking(subprotocol.publish(id, event));
    }

    @Override
    public Message ack(String id, String subscription, String cursor) {
        return asking(subprotocol.ack(id, subscription, cursor));
    }

    @Override
    public Message auth(String id, String token) {
        return asking(subprotocol.auth(id, token));
    }

    @Override
    public Message ping(String id) {
        return asking(subprotocol.ping(id));
    }

    private Message asking(Message message) {
        if (message instanceof Message.Text text) {
            var json = Json.parse(text.text());
            asked.put(json.path("id").asText(), json);
        }
        return message;
    }

    @Override
    public Received read(Message message) {
        var received = subprotocol.read(message);
        if (message instanceof Message.Text text) {
            var json = Json.parse(text.text());
            AsyncApi.require(json.has("op") ? plain(json) : structured(json), json);
        }
        if (received instanceof Received.Answer answer) {
            var question = asked.remove(answer.id());
            if (question != null && !answer.isError()) {
                AsyncApi.require(question.has("op") ? question.path("op").asText() : "cloudEvent", question);
            }
        }
        return received;
    }

    private static String plain(JsonNode message) {
        var op = message.path("op").asText();
        return op.equals("event") || op.equals("error") ? op : CONTROLS.contains(op) ? "control" : "answer";
    }

    private static String structured(JsonNode event) {
        return event.path("type").asText().startsWith("sluice.") ? "controlEvent" : "cloudEvent";
    }

    private record Stream(Connection connection) implements Connection {
        @Override
        public Mailbox mailbox() {
            return connection.mailbox();
        }

        @Override
        public void pauseReading() {
            connection.pauseReading();
        }

        @Override
        public void resumeReading() {
            connection.resumeReading();
        }

        @Override
        public void close() {
            connection.close();
            for (var received : received()) {
                if (received instanceof Received.Control control) {
                    var kind = control.kind();
                    AsyncApi.require(
                            "sse" + kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1),
                            control.members());
                }
            }
        }
    }
}
