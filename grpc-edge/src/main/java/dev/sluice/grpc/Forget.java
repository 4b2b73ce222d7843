package dev.sluice.grpc;

import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.v1.ForgetRequest;
import dev.sluice.contract.v1.ForgetResponse;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.identity.Caller;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** {@code Forget}: gives the name of an acknowledged subscription up. */
@Singleton
class Forget implements GrpcRoutes.Method {
    private final Engine engine;
    private final PublisherClient publisher;

    Forget(Engine engine, PublisherClient publisher) {
        this.engine = engine;
        this.publisher = publisher;
    }

    @Override
    public void call(RoutingContext context, Caller caller, GrpcResponse response, Flavor flavor) {
        Context loop = context.vertx().getOrCreateContext();
        String token = Requests.token(context);
        OneMessage.read(context, response, flavor, engine, ForgetRequest.parser(), message -> {
            String name = message.getDurable();
            DurableName.requireLegal("durable", name);
            publisher.forget(
                    name,
                    token,
                    problem -> loop.runOnContext(written ->
                            OneMessage.answer(response, engine, problem, ForgetResponse.getDefaultInstance())));
        });
    }
}
