package dev.sluice.publisher.http;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.HttpEvents;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.identity.ProblemSchema;
import dev.sluice.publisher.Form;
import dev.sluice.publisher.PublisherConfig;
import dev.sluice.publisher.Publishing;
import dev.sluice.publisher.kafka.Receipt;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The two routes on which producers post. Runs on event loops. */
@Path("/v1")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description =
                "A refusal: 400 malformed, 401, 403 channel not allowed, 408 not complete in time, 413, 415, 429 and 503 with Retry-After",
        content =
                @Content(
                        mediaType = "application/problem+json",
                        schema = @Schema(implementation = ProblemSchema.class)))
class EventsResource {
    /** For the OpenAPI page; {@link Channel} decides. */
    static final String CHANNEL = "^[!#-)+0-z|~-]+(\\.[!#-)+0-z|~-]+)*$";

    private final Publishing publishing;
    private final Callers callers;
    private final SecurityIdentity identity;
    private final PublisherConfig config;

    EventsResource(Publishing publishing, Callers callers, SecurityIdentity identity, PublisherConfig config) {
        this.publishing = publishing;
        this.callers = callers;
        this.identity = identity;
        this.config = config;
    }

    @POST
    @Path("/channels/{channel}/events")
    @Operation(
            operationId = "publishToChannel",
            summary = "Publishes one event to a channel",
            description =
                    "JSON, text or bytes as they are, or a CloudEvent in binary mode (ce-* headers) or structured mode. "
                            + "Answers when Kafka has the event.")
    @Parameter(
            name = "channel",
            in = ParameterIn.PATH,
            description = "Segments joined by '.', for example rooms.lobby",
            schema = @Schema(type = SchemaType.STRING, maxLength = 200, pattern = CHANNEL))
    @Parameter(
            name = "type",
            in = ParameterIn.QUERY,
            description = "The type of a plain post; 'message' when left out",
            schema = @Schema(type = SchemaType.STRING, minLength = 1))
    @Parameter(
            name = "Idempotency-Key",
            in = ParameterIn.HEADER,
            description = "The id of a plain post: the same key is one event, however often it is posted",
            schema = @Schema(type = SchemaType.STRING, minLength = 1))
    @RequestBody(
            description = "At most 256 KiB of data",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(description = "Any JSON")),
                @Content(mediaType = "text/plain", schema = @Schema(type = SchemaType.STRING)),
                @Content(
                        mediaType = "application/octet-stream",
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = JsonEvents.MEDIA_TYPE, schema = @Schema(implementation = CloudEventSchema.class))
            })
    @APIResponse(
            responseCode = "201",
            description = "Kafka has the event",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ReceiptSchema.class)))
    public Uni<Response> publishToChannel(
            @PathParam("channel") String channel,
            @Context UriInfo uri,
            @Context HttpServerRequest request,
            byte @Nullable [] body) {
        try {
            Caller caller = callers.of(identity);
            return publish(
                    caller,
                    Post.of(Channel.parse("channel", channel), uri.getQueryParameters(), request.headers(), body));
        } catch (Rejected refusal) {
            return refused(Form.PLAIN, refusal);
        }
    }

    @POST
    @Path("/events")
    @Operation(
            operationId = "publish",
            summary = "Publishes CloudEvents that name their channels",
            description =
                    "One CloudEvent in binary or structured mode, or a batch of them; each needs the extension 'channel'. "
                            + "One bad event in a batch does not lose the others.")
    @RequestBody(
            description = "At most 500 events and 1 MiB in a batch",
            content = {
                @Content(
                        mediaType = JsonEvents.MEDIA_TYPE,
                        schema = @Schema(implementation = CloudEventSchema.class, requiredProperties = "channel")),
                @Content(
                        mediaType = JsonEvents.BATCH_MEDIA_TYPE,
                        schema =
                                @Schema(
                                        type = SchemaType.ARRAY,
                                        maxItems = 500,
                                        implementation = CloudEventSchema.class))
            })
    @APIResponse(
            responseCode = "201",
            description = "Kafka has the event",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ReceiptSchema.class)))
    @APIResponse(
            responseCode = "200",
            description = "What became of each event of the batch, in its order",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = ResultsSchema.class)))
    public Uni<Response> publish(@Context UriInfo uri, @Context HttpServerRequest request, byte @Nullable [] body) {
        try {
            Caller caller = callers.of(identity);
            return publish(caller, Post.of(null, uri.getQueryParameters(), request.headers(), body));
        } catch (Rejected refusal) {
            return refused(Form.PLAIN, refusal);
        }
    }

    private Uni<Response> publish(Caller caller, Post post) {
        Form form = Form.of(post.form());
        try {
            return post.form() == HttpEvents.Form.BATCH
                    ? all(caller, post.batch(config.limits()))
                    : answered(publishing
                            .publish(caller, form, post.event(caller.source(), Instant.now(), config.limits()))
                            .thenApply(Answers::of));
        } catch (Rejected refusal) {
            return refused(form, refusal);
        }
    }

    /** All are sent at once, in their order, and answered when the last one is. */
    private Uni<Response> all(Caller caller, List<JsonEvents.Item> items) {
        var receipts = new ArrayList<CompletableFuture<Receipt>>(items.size());
        for (JsonEvents.Item item : items) {
            if (item instanceof JsonEvents.Item.Good good) {
                receipts.add(
                        publishing.publish(caller, Form.BATCH, good.event()).toCompletableFuture());
            } else if (item instanceof JsonEvents.Item.Bad bad) {
                receipts.add(CompletableFuture.completedFuture(publishing.refuse(Form.BATCH, bad.problem())));
            }
        }
        return answered(CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new))
                .thenApply(done -> Answers.of(
                        receipts.stream().map(CompletableFuture::join).toList())));
    }

    private Uni<Response> refused(Form form, Rejected refusal) {
        return Uni.createFrom().item(Answers.of(publishing.refuse(form, refusal.problem())));
    }

    private static Uni<Response> answered(CompletionStage<Response> answer) {
        return Uni.createFrom().completionStage(answer);
    }
}
