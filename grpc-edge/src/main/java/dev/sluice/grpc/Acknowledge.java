package dev.sluice.grpc;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.AcknowledgeResponse;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.identity.Caller;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** {@code Acknowledge}: moves the position of an acknowledged subscription on, for those that {@code StreamUpdates} serves. */
@Singleton
class Acknowledge implements GrpcRoutes.Method {
    private final Engine engine;
    private final PublisherClient publisher;

    Acknowledge(Engine engine, PublisherClient publisher) {
        this.engine = engine;
        this.publisher = publisher;
    }

    @Override
    public void call(RoutingContext context, Caller caller, GrpcResponse response, Flavor flavor) {
        Context loop = context.vertx().getOrCreateContext();
        String token = Requests.token(context);
        OneMessage.read(context, response, flavor, engine, AcknowledgeRequest.parser(), message -> {
            engine.acknowledge(
                    DurableName.of(caller.issuer(), caller.subject(), "durable", message.getDurable()),
                    Cursor.parse("cursor", message.getCursor()),
                    publisher.positions(() -> token),
                    problem -> loop.runOnContext(written ->
                            OneMessage.answer(response, engine, problem, AcknowledgeResponse.getDefaultInstance())));
        });
    }
}
