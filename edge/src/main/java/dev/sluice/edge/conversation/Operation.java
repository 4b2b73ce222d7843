package dev.sluice.edge.conversation;

import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.edge.request.SubscriptionSpec;

/** What a client wants over a connection that it keeps; each is answered by one {@link Reply} with the same id. */
public sealed interface Operation {

    String id();

    /** The subscription will be called as the operation's id. */
    record Subscribe(String id, SubscriptionSpec spec) implements Operation {}

    record Unsubscribe(String id, String subscription) implements Operation {}

    record Publish(String id, PublishRequest request) implements Operation {}

    record Ack(String id, String subscription, String cursor) implements Operation {}

    /** A fresh token of the same user. */
    record Auth(String id, String token) implements Operation {}

    record Ping(String id) implements Operation {}
}
