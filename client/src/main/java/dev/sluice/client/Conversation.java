package dev.sluice.client;

/**
 * A connection on which a client does more than listen. Each operation has an id by which its {@link Received.Answer} is found.
 */
public interface Conversation extends Connection {

    /** The subscription is called as the operation. */
    void subscribe(String id, SubscriptionRequest request);

    void unsubscribe(String id, String subscription);

    void publish(String id, NewEvent event);

    /** What the (acknowledged) subscription had before the cursor was processed. */
    void ack(String id, String subscription, String cursor);

    void auth(String id, String token);

    void ping(String id);
}
