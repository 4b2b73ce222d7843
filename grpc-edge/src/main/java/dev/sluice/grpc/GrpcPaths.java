package dev.sluice.grpc;

import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.identity.http.Paths;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What this edge serves besides what every edge does: a call is a POST (gRPC over HTTP/2, "Requests"). */
@Singleton
class GrpcPaths {
    void register(@Observes Router router, Paths paths) {
        NotificationServiceGrpc.getServiceDescriptor()
                .getMethods()
                .forEach(method -> paths.serve("/" + method.getFullMethodName(), HttpMethod.POST));
    }
}
