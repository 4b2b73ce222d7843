package dev.sluice.publisher;

import dev.sluice.contract.v1.PositionServiceGrpc;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.identity.http.Paths;
import io.grpc.ServiceDescriptor;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/** What the publisher serves. */
@Singleton
class PublisherPaths {
    private static final List<ServiceDescriptor> CALLS =
            List.of(PublisherServiceGrpc.getServiceDescriptor(), PositionServiceGrpc.getServiceDescriptor());

    void register(@Observes Router router, Paths paths) {
        paths.serve("/v1/events", HttpMethod.POST);
        paths.serve("/v1/channels/{channel}/events", HttpMethod.POST);
        paths.serve("/v1/revocations", HttpMethod.POST);
        paths.serve("/v1/backchannel-logout", HttpMethod.POST);
        for (ServiceDescriptor service : CALLS) {
            service.getMethods().forEach(method -> paths.serve("/" + method.getFullMethodName(), HttpMethod.POST));
        }
    }
}
