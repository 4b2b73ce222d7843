package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Refuses gRPC calls whose messages are compressed, on all services and for whatever method. Vert.x inflates a message before its size
 * is looked at and, for the methods that are open (health), before anybody asks who calls: 64 KiB would end the process.
 */
@Singleton
class CompressedCalls {
    /** Before authentication. */
    private static final int PRIORITY = 1_000;

    private static final String ENCODING = "grpc-encoding";
    private static final String IDENTITY = "identity";
    private static final Problem REFUSAL =
            new Problem(Reason.METHOD_NOT_ALLOWED, ENCODING, "messages must not be compressed here");

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        String encoding = context.request().getHeader(ENCODING);
        if (encoding == null || encoding.equalsIgnoreCase(IDENTITY) || !ProblemResponse.isCall(context.request())) {
            context.next();
            return;
        }
        // "Compression" wants this status, and to know what would be right.
        context.response().putHeader("grpc-accept-encoding", IDENTITY);
        ProblemResponse.send(context.request(), REFUSAL);
    }
}
