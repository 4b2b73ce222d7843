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
import dev.sluice.identity.ProblemResponse;
import dev.sluice.identity.ProblemSchema;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.media.SchemaProperty;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/**
 * {@code POST /v1/tickets}: a ticket for whoever has a token and can't send it with the connection itself. On any edge, for any edge.
 * Runs on event loops.
 */
@Path("/v1/tickets")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
class TicketsResource {
    private static final Set<String> PATHS = Set.of("/v1/stream", "/v1/poll", "/v1/ws");

    private final Tickets tickets;
    private final Requests requests;

    TicketsResource(Tickets tickets, Requests requests) {
        this.tickets = tickets;
        this.requests = requests;
    }

    @POST
    @Operation(
            operationId = "ticket",
            summary = "A ticket that stands for the token in the URL of one connection",
            description =
                    "For browsers, which can put no header on an EventSource or a WebSocket: ?ticket=… within half a minute.")
    @RequestBody(
            required = true,
            description = "The path that the ticket is for: /v1/stream, /v1/poll or /v1/ws",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            requiredProperties = "for",
                                            additionalProperties = Schema.False.class,
                                            properties =
                                                    @SchemaProperty(
                                                            name = "for",
                                                            type = SchemaType.STRING,
                                                            enumeration = {"/v1/stream", "/v1/poll", "/v1/ws"}))))
    @APIResponse(
            responseCode = "201",
            description = "The ticket, what it is for, and when it can't be used any more",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            requiredProperties = {"ticket", "for", "expires"},
                                            properties = {
                                                @SchemaProperty(name = "ticket", type = SchemaType.STRING),
                                                @SchemaProperty(name = "for", type = SchemaType.STRING),
                                                @SchemaProperty(
                                                        name = "expires",
                                                        type = SchemaType.STRING,
                                                        format = "date-time")
                                            })))
    @APIResponse(
            responseCode = "default",
            description = "A refusal",
            content =
                    @Content(
                            mediaType = ProblemResponse.MEDIA_TYPE,
                            schema = @Schema(implementation = ProblemSchema.class)))
    public Uni<Response> ticket(@Context RoutingContext context) throws Rejected {
        requests.caller(context);
        if (!tickets.isEnabled()) {
            throw Problem.of(Reason.NOT_FOUND, "there are no tickets here: sluice.tickets.keys is not set")
                    .rejected();
        }
        return SmallBody.of(context.request()).flatMap(body -> {
            try {
                return Uni.createFrom().item(answer(context, path(body)));
            } catch (Rejected refusal) {
                return Uni.createFrom().failure(refusal);
            }
        });
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

    private Response answer(RoutingContext context, String path) throws Rejected {
        Tickets.Ticket ticket = tickets.sealForUrl(Requests.token(context), path, Instant.now());
        return Response.status(Response.Status.CREATED)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(JsonNodeFactory.instance
                        .objectNode()
                        .put("ticket", ticket.text())
                        .put("for", path)
                        .put("expires", ticket.expires().toString())
                        .toString())
                .build();
    }
}
