package dev.sluice.sse;

import dev.sluice.identity.http.Paths;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What this edge serves besides what every edge does. */
@Singleton
class SsePaths {
    void register(@Observes Router router, Paths paths) {
        paths.serve("/v1/stream", HttpMethod.GET);
        paths.serve("/v1/poll", HttpMethod.GET);
        paths.serve("/v1/acks", HttpMethod.POST);
        paths.serve("/v1/acks/{durable}", HttpMethod.DELETE);
    }
}
