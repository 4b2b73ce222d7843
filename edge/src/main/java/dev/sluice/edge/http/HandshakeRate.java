package dev.sluice.edge.http;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.EdgeConfig;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.limit.TokenBucket;
import dev.sluice.identity.ProblemResponse;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Takes so many requests and calls a second. Whoever comes beyond is sent away before his token is looked at, which is what costs: so
 * those who are connected are served also while thousands come back at once.
 */
@Singleton
class HandshakeRate {
    /** Before everything else. */
    private static final int PRIORITY = 2_000;

    private static final int PUSHBACK_MILLIS = 1_000;
    private static final Problem REFUSAL = Problem.of(
                    Reason.UNAVAILABLE, "more clients come than this replica can take at a time; come back in a moment")
            .beyond(Limit.HANDSHAKE_RATE);

    private final @Nullable Bucket bucket;
    private final Engine engine;

    HandshakeRate(EdgeConfig.Limits config, Engine engine) {
        int perSecond = EdgeConfig.positive("handshakes-per-second", config.handshakesPerSecond());
        this.bucket = perSecond == 0 ? null : TokenBucket.of(perSecond, 2L * perSecond, TimeMeter.SYSTEM_NANOTIME);
        this.engine = engine;
    }

    void register(@Observes Filters filters) {
        if (bucket != null) {
            filters.register(context -> check(context, bucket), PRIORITY);
        }
    }

    private void check(RoutingContext context, Bucket tokens) {
        HttpServerRequest request = context.request();
        if (isForOperators(request.path()) || request.method() == HttpMethod.OPTIONS || tokens.tryConsume(1)) {
            context.next();
            return;
        }
        engine.countRefusal(REFUSAL);
        if (ProblemResponse.isCall(request)) {
            request.response().putHeader("grpc-retry-pushback-ms", String.valueOf(PUSHBACK_MILLIS));
        }
        ProblemResponse.send(context, REFUSAL);
    }

    /** Health and metrics are asked for most when there is much to do. */
    private static boolean isForOperators(@Nullable String path) {
        return path != null && (path.startsWith("/q/") || path.startsWith("/grpc.health.v1.Health/"));
    }
}
