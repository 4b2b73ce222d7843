package dev.sluice.client;

/**
 * Why the server does not do something, or no longer.
 *
 * @param code in the protocol's own terms: an HTTP status, a WebSocket close code, the name of a gRPC status, or {@code
 *     error} for an answer inside a connection that stays
 * @param reason from the table in docs/clients.md; empty when the protocol's answer has none
 * @param field what is wrong; empty when nothing was named
 * @param detail for people
 */
public record Refusal(String code, String reason, String field, String detail) {

    /** What can be compared: everything but the words for people. */
    public String summary() {
        return code + " " + reason + (field.isEmpty() ? "" : " " + field);
    }
}
