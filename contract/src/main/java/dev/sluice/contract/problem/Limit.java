package dev.sluice.contract.problem;

import java.util.Locale;

/**
 * Every bound that a client can run into by asking for too much, named as in docs/operators.md. The list is closed, so it is safe as a
 * metric tag.
 */
public enum Limit {
    /** Sessions of a replica. */
    CONNECTIONS,
    /** Sessions that one user has on a replica. */
    CONNECTIONS_PER_USER,
    /** Sessions that one network address has on a replica. */
    CONNECTIONS_PER_ADDRESS,
    /** Requests and calls a second that a replica lets in. */
    HANDSHAKE_RATE,
    /** Until a request is complete. */
    HANDSHAKE_TIME,
    /** Messages a second over a connection. */
    MESSAGE_RATE,
    /** Bytes a second over a connection. */
    BYTE_RATE,
    /** Events a second that a user publishes. */
    EVENT_RATE,
    /** Subscriptions of a connection. */
    SUBSCRIPTIONS,
    /** Channels and patterns of a subscription. */
    CHANNELS,
    /** Length, depth and number of the parts of a filter. */
    FILTER,
    /** Publishes and acknowledgements of a connection that wait for their answers. */
    WAITING,
    /** Names of acknowledged subscriptions that a user has. */
    NAMES,
    /** Bytes of a message or a small body from a client. */
    MESSAGE_SIZE,
    /** Bytes of an event or a batch, and events of a batch. */
    EVENT_SIZE,
    /** What waits for Kafka in a publisher. */
    IN_FLIGHT;

    /** The name in metrics, for example {@code connections-per-user}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
