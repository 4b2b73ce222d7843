package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.vertx.core.VertxException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What the router itself refuses: no such path, or one that can't be read, or a request that has no host. */
@Singleton
class RouterProblems {
    /** Before Quarkus, for which each failure is an error of ours that belongs into the log. */
    private static final int EARLY = -1;

    private static final int BAD_REQUEST = 400;
    private static final Problem NO_REQUEST =
            Problem.of(Reason.MALFORMED, "this is no request of HTTP; look at its host and its path");
    private static final Problem NO_URL = new Problem(
            Reason.MALFORMED, "URL", "a % in a path or a query needs two hexadecimal digits after it (RFC 3986)");

    void register(@Observes Router router) {
        router.errorHandler(
                404, context -> ProblemResponse.send(context, Problem.of(Reason.NOT_FOUND, "there is no such path")));
        // While it looks for a route, which needs the path.
        router.errorHandler(BAD_REQUEST, context -> ProblemResponse.send(context, NO_URL));
        router.route().order(EARLY).failureHandler(RouterProblems::refuse);
    }

    private static void refuse(RoutingContext context) {
        if (context.statusCode() != BAD_REQUEST) {
            context.next();
        } else if (context.failure() instanceof HttpException) {
            ProblemResponse.send(context, NO_URL);
        } else if (context.failure() instanceof VertxException) {
            ProblemResponse.send(context, NO_REQUEST);
        } else {
            context.next();
        }
    }
}
