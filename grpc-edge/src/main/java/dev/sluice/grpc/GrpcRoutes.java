package dev.sluice.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.transport.Compression;
import dev.sluice.identity.CallReader;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;

/**
 * {@code sluice.v1.NotificationService}, one level below quarkus-grpc: Vert.x has no gRPC-Web, and grpc-java's way of a message
 * (one marshalled object, one frame and one flush a client) is what a shared, encoded event wants to avoid ({@code bench/} has
 * the figures).
 */
@Singleton
class GrpcRoutes implements CallReader {
    private static final String PATH = "/" + NotificationServiceGrpc.SERVICE_NAME + "/";

    /** After authentication, before quarkus-grpc takes all that is gRPC. */
    private static final int ORDER = -50;

    private final Engine engine;
    private final Callers callers;
    private final Requests requests;
    private final Compression compression;
    private final Map<String, Method> methods;

    /** One method of the service. */
    interface Method {
        void call(RoutingContext context, Caller caller, GrpcResponse response, Flavor flavor) throws Rejected;
    }

    GrpcRoutes(
            Engine engine,
            Callers callers,
            Requests requests,
            Compression compression,
            StreamUpdates streamUpdates,
            SendUpdate sendUpdate,
            Connect connect,
            Acknowledge acknowledge,
            Forget forget) {
        this.engine = engine;
        this.callers = callers;
        this.requests = requests;
        this.compression = compression;
        this.methods = Map.of(
                "StreamUpdates",
                streamUpdates,
                "SendUpdate",
                sendUpdate,
                "Connect",
                connect,
                "Acknowledge",
                acknowledge,
                "Forget",
                forget);
    }

    void register(@Observes Router router) {
        methods.forEach(
                (name, method) -> router.post(PATH + name).order(ORDER).handler(context -> handle(context, method)));
    }

    @Override
    public boolean reads(String path) {
        return path.startsWith(PATH) && methods.containsKey(path.substring(PATH.length()));
    }

    private void handle(RoutingContext context, Method method) {
        Optional<Flavor> flavor = Flavor.of(context.request().getHeader("Content-Type"));
        if (flavor.isEmpty()) {
            requests.refuse(
                    context,
                    new Problem(
                            Reason.UNSUPPORTED_MEDIA_TYPE,
                            "Content-Type",
                            "gRPC or gRPC-Web with protobuf is needed here"));
            return;
        }
        var response = new GrpcResponse(context, flavor.get(), compression);
        try {
            Caller caller =
                    callers.of(context.user() instanceof QuarkusHttpUser user ? user.getSecurityIdentity() : null);
            Deadline.of(context.request().getHeader("grpc-timeout"))
                    .ifPresent(deadline -> deadline.watch(context, response));
            method.call(context, caller, response, flavor.get());
        } catch (Rejected refusal) {
            refuse(response, refusal.problem());
        }
    }

    private void refuse(GrpcResponse response, Problem problem) {
        engine.countRefusal(problem);
        response.fail(problem);
    }
}
