package dev.sluice.edge.conversation;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.v1.PublishReceipt;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The answer to an operation. */
public sealed interface Reply {

    /** Of the operation; empty when it could not be read. */
    String id();

    /** @param heartbeat of the connection from now on */
    record Subscribed(String id, String cursor, Duration heartbeat) implements Reply {}

    record Unsubscribed(String id, String subscription, String cursor) implements Reply {}

    record Published(String id, PublishReceipt receipt) implements Reply {}

    record Acked(String id, String subscription) implements Reply {}

    record Authenticated(String id, @Nullable Instant tokenExpires) implements Reply {}

    record Pong(String id) implements Reply {}

    record Failed(String id, Problem problem) implements Reply {}
}
