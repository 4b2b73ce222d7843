package dev.sluice.edge.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.http.SmallBody;
import dev.sluice.edge.request.Json;
import dev.sluice.identity.Caller;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Set;

/** {@code POST /v1/tickets}: a ticket for whoever has a token and can't send it with the connection itself. On any edge, for any edge. */
@Singleton
class TicketRoute {
    private static final Set<String> PATHS = Set.of("/v1/stream", "/v1/poll", "/v1/ws");

    private final Tickets tickets;
    private final Requests requests;

    TicketRoute(Tickets tickets, Requests requests) {
        this.tickets = tickets;
        this.requests = requests;
    }

    void register(@Observes Router router) {
        router.route(HttpMethod.POST, "/v1/tickets")
                .order(Requests.AFTER_AUTHENTICATION)
                .handler(requests.authenticated(this::ticket));
    }

    private void ticket(RoutingContext context, Caller caller) throws Rejected {
        if (!tickets.isEnabled()) {
            throw Problem.of(Reason.NOT_FOUND, "there are no tickets here: sluice.tickets.keys is not set")
                    .rejected();
        }
        SmallBody.read(context, requests, body -> answer(context, path(body)));
    }

    private static String path(byte[] body) throws Rejected {
        JsonNode object = JsonEvents.parse("body", body);
        if (!object.isObject() || object.size() != 1) {
            throw Problem.malformed("body", "an object with the one member 'for' is needed here")
                    .rejected();
        }
        String path = Json.requiredText(object, "for");
        if (!PATHS.contains(path)) {
            throw Problem.malformed(
                            "for",
                            "one of "
                                    + String.join(", ", PATHS.stream().sorted().toList()) + " is needed here")
                    .rejected();
        }
        return path;
    }

    private void answer(RoutingContext context, String path) throws Rejected {
        Tickets.Ticket ticket = tickets.sealForUrl(Requests.token(context), path, Instant.now());
        context.response()
                .setStatusCode(201)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(JsonNodeFactory.instance
                        .objectNode()
                        .put("ticket", ticket.text())
                        .put("for", path)
                        .put("expires", ticket.expires().toString())
                        .toString());
    }
}
