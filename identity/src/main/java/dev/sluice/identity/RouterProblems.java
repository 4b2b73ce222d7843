package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.vertx.core.VertxException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What the router itself refuses: no such path, or not by this method, or a request that has no host. */
@Singleton
class RouterProblems {
    /** Before Quarkus, for which each failure is an error of ours that belongs into the log. */
    private static final int EARLY = -1;

    private static final int BAD_REQUEST = 400;

    void register(@Observes Router router) {
        router.errorHandler(
                404,
                context -> ProblemResponse.send(
                        context.response(), Problem.of(Reason.NOT_FOUND, "there is no such path")));
        router.errorHandler(
                405,
                context -> ProblemResponse.send(
                        context.response(),
                        Problem.of(Reason.METHOD_NOT_ALLOWED, "the path is known, but not with this method")));
        router.route().order(EARLY).failureHandler(RouterProblems::refuse);
    }

    private static void refuse(RoutingContext context) {
        if (context.statusCode() == BAD_REQUEST && context.failure() instanceof VertxException) {
            ProblemResponse.send(
                    context.request(),
                    Problem.of(Reason.MALFORMED, "this is no request of HTTP; look at its host and its path"));
        } else {
            context.next();
        }
    }
}
