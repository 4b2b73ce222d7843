package dev.sluice.client;

import java.util.Map;

/**
 * How a token comes with the request that opens a connection (docs/clients.md, "A token").
 *
 * @param headers of the request; over gRPC its metadata
 * @param subprotocol what a WebSocket offers besides its own; empty for nothing
 * @param ticket in the URL; empty for none
 */
public record Credential(Map<String, String> headers, String subprotocol, String ticket) {

    /** In the header, as everybody but a page can send it; none at all when it is empty. */
    public static Credential bearer(String token) {
        return new Credential(token.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + token), "", "");
    }

    /** As a browser sends it for a page of that origin. */
    public static Credential cookie(String name, String token, String origin) {
        return new Credential(Map.of("Cookie", name + "=" + token, "Origin", origin), "", "");
    }

    public static Credential subprotocol(String token) {
        return new Credential(Map.of(), "sluice.bearer." + token, "");
    }

    public static Credential ticket(String ticket) {
        return new Credential(Map.of(), "", ticket);
    }

    /** The request with what of this stands in the URL. */
    public SubscriptionRequest in(SubscriptionRequest request) {
        return ticket.isEmpty() ? request : request.with("ticket", ticket);
    }
}
