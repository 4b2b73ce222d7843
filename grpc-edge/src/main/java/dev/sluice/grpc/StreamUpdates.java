package dev.sluice.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.proto.NotificationFormat;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.SubscriptionSpec;
import dev.sluice.fanout.session.Peer;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.fanout.session.SubscribeListener;
import dev.sluice.fanout.session.SubscriptionRequest;
import dev.sluice.identity.Caller;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** {@code StreamUpdates}: one subscription, streamed. */
@Singleton
class StreamUpdates implements GrpcRoutes.Method {
    private static final String SUBSCRIPTION = "stream";

    private final Engine engine;
    private final PublisherClient publisher;

    StreamUpdates(Engine engine, PublisherClient publisher) {
        this.engine = engine;
        this.publisher = publisher;
    }

    @Override
    public void call(RoutingContext context, Caller caller, GrpcResponse response, Flavor flavor) {
        String token = Requests.token(context);
        Peer peer = Requests.peer(context, caller, flavor.protocol());
        OneMessage.read(
                context,
                response,
                flavor,
                engine,
                StreamRequest.parser(),
                message -> stream(caller, peer, token, response, message));
    }

    private void stream(Caller caller, Peer peer, String token, GrpcResponse response, StreamRequest wanted)
            throws Rejected {
        SubscriptionSpec spec = SubscriptionSpec.ofProto(wanted);
        var format = new NotificationFormat(GrpcFraming.INSTANCE, spec.fields().orElse(Fields.ALL));
        SubscriptionRequest request = spec.request(SUBSCRIPTION, caller, format, publisher.positions(() -> token));
        var outlet = new GrpcOutlet(response);
        Session session = engine.open(outlet, new SessionOptions(format, caller.token(), caller.expires(), peer));
        outlet.attach(session, () -> {});
        session.subscribe(request, new SubscribeListener() {
            @Override
            public void started(byte[] cursor) {
                session.open(SUBSCRIPTION, cursor);
                Requests.forgetToken(response.context());
            }

            @Override
            public void refused(Problem problem) {
                session.disconnected();
                OneMessage.refuse(response, engine, problem);
            }
        });
    }
}
