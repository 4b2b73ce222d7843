package dev.sluice.sse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.http.SmallBody;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.edge.request.Json;
import dev.sluice.identity.Caller;
import dev.sluice.identity.ProblemResponse;
import dev.sluice.identity.ProblemSchema;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.media.SchemaProperty;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/**
 * {@code POST /v1/acks}: an event stream has no way back, so its client acknowledges here, on whatever replica. {@code DELETE
 * /v1/acks/{durable}} gives the name up. Runs on event loops.
 */
@Path("/v1/acks")
@Consumes(MediaType.WILDCARD)
@APIResponse(responseCode = "204", description = "Kafka has it")
@APIResponse(
        responseCode = "default",
        description = "A refusal",
        content =
                @Content(
                        mediaType = ProblemResponse.MEDIA_TYPE,
                        schema = @Schema(implementation = ProblemSchema.class)))
class AcksResource {
    /** For the OpenAPI page; {@link DurableName} decides. */
    private static final String NAME = "^[A-Za-z0-9._-]{1,100}$";

    private static final Set<String> MEMBERS = Set.of("durable", "cursor");

    private final Engine engine;
    private final Requests requests;
    private final PublisherClient publisher;

    AcksResource(Engine engine, Requests requests, PublisherClient publisher) {
        this.engine = engine;
        this.requests = requests;
        this.publisher = publisher;
    }

    @POST
    @Operation(
            operationId = "acknowledge",
            summary = "Moves the position of an acknowledged subscription to a cursor",
            description = "Everything up to it counts as received; whoever comes with the name goes on after it.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            requiredProperties = {"durable", "cursor"},
                                            additionalProperties = Schema.False.class,
                                            properties = {
                                                @SchemaProperty(
                                                        name = "durable",
                                                        type = SchemaType.STRING,
                                                        pattern = NAME),
                                                @SchemaProperty(
                                                        name = "cursor",
                                                        type = SchemaType.STRING,
                                                        minLength = 1,
                                                        format = "cursor")
                                            })))
    public Uni<Void> acknowledge(@Context RoutingContext context) throws Rejected {
        Caller caller = requests.caller(context);
        String token = Requests.token(context);
        return SmallBody.of(context.request())
                .flatMap(body -> done(emitter -> acknowledge(caller, token, body, emitter)));
    }

    private void acknowledge(Caller caller, String token, byte[] body, UniEmitter<? super Void> emitter)
            throws Rejected {
        JsonNode object = JsonEvents.parse("body", body);
        if (!object.isObject()) {
            throw Problem.malformed("body", "an object with 'durable' and 'cursor' is needed here")
                    .rejected();
        }
        for (var member : object.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                throw Problem.malformed(member.getKey(), "an acknowledgement has no such member")
                        .rejected();
            }
        }
        DurableName name = name(caller, Json.requiredText(object, "durable"));
        Cursor cursor = Cursor.parse("cursor", Json.requiredText(object, "cursor"));
        engine.acknowledge(name, cursor, publisher.positions(() -> token), problem -> answer(emitter, problem));
    }

    @DELETE
    @Path("/{durable}")
    @Operation(
            operationId = "forget",
            summary = "Gives up the name of an acknowledged subscription",
            description = "Its position is forgotten, and it no longer counts towards the names that a user may have.")
    @Parameter(name = "durable", in = ParameterIn.PATH, schema = @Schema(type = SchemaType.STRING, pattern = NAME))
    public Uni<Void> forget(@RestPath String durable, @Context RoutingContext context) throws Rejected {
        DurableName name = name(requests.caller(context), durable);
        return done(
                emitter -> publisher.forget(name.name(), Requests.token(context), problem -> answer(emitter, problem)));
    }

    private static DurableName name(Caller caller, String name) throws Rejected {
        return DurableName.of(caller.issuer(), caller.subject(), "durable", name);
    }

    @FunctionalInterface
    private interface Act {
        void accept(UniEmitter<? super Void> emitter) throws Rejected;
    }

    private static Uni<Void> done(Act act) {
        return Uni.createFrom().emitter(emitter -> {
            try {
                act.accept(emitter);
            } catch (Rejected refusal) {
                emitter.fail(refusal);
            }
        });
    }

    private static void answer(UniEmitter<? super Void> emitter, Optional<Problem> problem) {
        problem.ifPresentOrElse(refusal -> emitter.fail(refusal.rejected()), () -> emitter.complete(null));
    }
}
