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
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /v1/acks}: an event stream has no way back, so its client acknowledges here, on whatever replica. {@code DELETE
 * /v1/acks/{durable}} gives the name up.
 */
@Singleton
class AckRoute {
    private static final Set<String> MEMBERS = Set.of("durable", "cursor");

    private final Engine engine;
    private final Requests requests;
    private final PublisherClient publisher;

    AckRoute(Engine engine, Requests requests, PublisherClient publisher) {
        this.engine = engine;
        this.requests = requests;
        this.publisher = publisher;
    }

    void register(@Observes Router router) {
        router.route(HttpMethod.POST, "/v1/acks")
                .order(Requests.AFTER_AUTHENTICATION)
                .handler(requests.authenticated(this::acknowledge));
        router.route(HttpMethod.DELETE, "/v1/acks/:durable")
                .order(Requests.AFTER_AUTHENTICATION)
                .handler(requests.authenticated(this::forget));
    }

    private void acknowledge(RoutingContext context, Caller caller) {
        SmallBody.read(context, requests, body -> acknowledge(context, caller, body));
    }

    private void acknowledge(RoutingContext context, Caller caller, byte[] body) throws Rejected {
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
        String token = Requests.token(context);
        Context loop = context.vertx().getOrCreateContext();
        engine.acknowledge(
                name,
                cursor,
                publisher.positions(() -> token),
                problem -> loop.runOnContext(written -> answer(context, problem)));
    }

    private void forget(RoutingContext context, Caller caller) throws Rejected {
        DurableName name = name(caller, context.pathParam("durable"));
        Context loop = context.vertx().getOrCreateContext();
        publisher.forget(
                name.name(),
                Requests.token(context),
                problem -> loop.runOnContext(written -> answer(context, problem)));
    }

    private static DurableName name(Caller caller, String name) throws Rejected {
        return DurableName.of(caller.issuer(), caller.subject(), "durable", name);
    }

    private void answer(RoutingContext context, Optional<Problem> problem) {
        if (problem.isPresent()) {
            requests.refuse(context, problem.get());
        } else if (!context.response().ended() && !context.response().closed()) {
            context.response().setStatusCode(204).end();
        }
    }
}
