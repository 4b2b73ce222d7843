package dev.sluice.grpc;

import dev.sluice.contract.v1.UpdateRequest;
import dev.sluice.contract.v1.UpdateResponse;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.proto.ClientMessages;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.identity.Caller;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** {@code SendUpdate}: publishes one event through the publisher, with the caller's own token. */
@Singleton
class SendUpdate implements GrpcRoutes.Method {
    private final Engine engine;
    private final PublisherClient publisher;

    SendUpdate(Engine engine, PublisherClient publisher) {
        this.engine = engine;
        this.publisher = publisher;
    }

    @Override
    public void call(RoutingContext context, Caller caller, GrpcResponse response, Flavor flavor) {
        Context loop = context.vertx().getOrCreateContext();
        String token = Requests.token(context);
        OneMessage.read(
                context,
                response,
                flavor,
                engine,
                UpdateRequest.parser(),
                message -> publisher.publish(
                        ClientMessages.publishRequest(message),
                        token,
                        receipt -> loop.runOnContext(acknowledged -> {
                            response.message(UpdateResponse.newBuilder()
                                    .setId(receipt.getId())
                                    .setChannel(receipt.getChannel())
                                    .setCursor(receipt.getCursor())
                                    .build()
                                    .toByteArray());
                            response.succeed();
                        }),
                        problem -> loop.runOnContext(refused -> OneMessage.refuse(response, engine, problem))));
    }
}
