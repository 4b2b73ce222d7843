package dev.sluice.system.expiry;

import dev.sluice.client.Credential;
import dev.sluice.client.Json;
import dev.sluice.client.http.Http;
import dev.sluice.system.stack.SharedSluice;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;

/** How a token comes (docs/clients.md, "A token"). */
enum Way {
    /** Over gRPC it is called metadata. */
    HEADER,
    COOKIE,
    SUBPROTOCOL,
    TICKET;

    /** @param path that the connection is opened at */
    Credential with(String token, URI edge, String path) {
        return switch (this) {
            case HEADER -> Credential.bearer(token);
            case COOKIE -> Credential.cookie(SharedSluice.COOKIE, token, SharedSluice.PAGE);
            case SUBPROTOCOL -> Credential.subprotocol(token);
            case TICKET -> Credential.ticket(ticket(token, edge, path));
        };
    }

    private static String ticket(String token, URI edge, String path) {
        var answer = Http.send(Http.request(edge.resolve("/v1/tickets"), token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.object().put("for", path).toString())));
        if (answer.status() != 201) {
            throw new AssertionError("asking for a ticket was answered by " + answer);
        }
        return answer.json().path("ticket").asText();
    }
}
