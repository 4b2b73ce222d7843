package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Refuses access tokens in URLs, where logs and proxies keep them (RFC 6750, section 5.3), whatever else the request carries. */
@Singleton
class TokenInUrl {
    private static final String PARAMETER = "access_token";
    /** Before authentication, so that the refusal says what is wrong. */
    private static final int PRIORITY = 1_000;

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        String query = context.request().query();
        if (query != null && query.contains(PARAMETER) && context.queryParams().contains(PARAMETER)) {
            ProblemResponse.send(
                    context,
                    Problem.malformed(
                            PARAMETER, "a token does not belong into a URL; send it as Authorization: Bearer"));
        } else {
            context.next();
        }
    }
}
