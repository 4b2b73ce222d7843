package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What the router itself refuses: no such path, or not by this method. */
@Singleton
class UnknownPath {
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
    }
}
