package dev.sluice.publisher.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.v1.PositionServiceGrpc;
import dev.sluice.identity.EdgeKeys;
import dev.sluice.identity.ProblemResponse;
import dev.sluice.identity.http.RefusalCount;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Positions are written by edges, for the user whose token they pass on. A client that called here by itself would pass by what an edge
 * checks and bounds.
 */
@Singleton
class EdgesOnly {
    /** Before a token is looked at: whoever is no edge has nothing to ask for here. */
    private static final int PRIORITY = 1_000;

    private static final String PATH = "/" + PositionServiceGrpc.SERVICE_NAME + "/";
    private static final Problem NO_EDGE =
            new Problem(Reason.FORBIDDEN, EdgeKeys.HEADER, "positions are written by edges; acknowledge there");

    private final EdgeKeys keys;
    private final RefusalCount refusals;

    EdgesOnly(EdgeKeys keys, RefusalCount refusals) {
        this.keys = keys;
        this.refusals = refusals;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        if (!context.normalizedPath().startsWith(PATH)
                || keys.open(context.request().getHeader(EdgeKeys.HEADER))) {
            context.next();
        } else {
            refusals.countRefusal(NO_EDGE);
            ProblemResponse.send(context, NO_EDGE);
        }
    }
}
