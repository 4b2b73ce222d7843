package dev.sluice.edge.http;

import dev.sluice.identity.http.Paths;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What every edge serves. */
@Singleton
class EdgePaths {
    void register(@Observes Router router, Paths paths) {
        paths.serve("/v1/tickets", HttpMethod.POST);
    }
}
