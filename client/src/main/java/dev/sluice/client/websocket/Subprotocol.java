package dev.sluice.client.websocket;

import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;

/** How operations are written and messages are read in one of the WebSocket's languages. */
public interface Subprotocol {

    Subprotocol JSON = new JsonSubprotocol();
    Subprotocol PROTOBUF = new ProtobufSubprotocol();
    Subprotocol CLOUDEVENTS = new CloudEventsSubprotocol();

    String name();

    Message subscribe(String id, SubscriptionRequest request);

    Message unsubscribe(String id, String subscription);

    Message publish(String id, NewEvent event);

    Message ack(String id, String subscription, String cursor);

    Message auth(String id, String token);

    Message ping(String id);

    /** @throws RuntimeException when this is no message of the subprotocol */
    Received read(Message message);

    /** A WebSocket message. */
    sealed interface Message {
        record Text(String text) implements Message {}

        record Binary(byte[] bytes) implements Message {}
    }
}
