package dev.sluice.identity.http;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.identity.ProblemResponse;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/**
 * Health, metrics and what else answers without a token: who asks for them over and over on one connection is sent away. Nothing else
 * bounds that, for the bound on handshakes leaves them out.
 */
@Singleton
class OpenPaths {
    /** After the headers of CORS and the time of requests, before all that answers. */
    private static final int PRIORITY = 2_400;

    /** On one connection; probes and scrapers ask every few seconds. */
    private static final int PER_SECOND = 100;

    private static final AttributeKey<Rate> RATE = AttributeKey.valueOf(OpenPaths.class, "rate");
    private static final Problem TOO_OFTEN = Problem.of(
                    Reason.LIMITED, "health and metrics are asked for " + PER_SECOND + " times a second at most")
            .beyond(Limit.HANDSHAKE_RATE);

    private final Provider<RefusalCount> refusals;

    OpenPaths(Provider<RefusalCount> refusals) {
        this.refusals = refusals;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        String path = context.request().path();
        if (path == null || !path.startsWith("/q/") && !path.startsWith("/grpc.health.v1.Health/") || take(context)) {
            context.next();
            return;
        }
        refusals.get().countRefusal(TOO_OFTEN);
        if (context.request().version() == HttpVersion.HTTP_2) {
            ProblemResponse.send(context, TOO_OFTEN);
            context.request().connection().close();
        } else {
            Connections.answerLast(context, TOO_OFTEN);
        }
    }

    private static boolean take(RoutingContext context) {
        Channel channel = Connections.channel(context.request());
        Rate rate = channel.attr(RATE).get();
        if (rate == null) {
            rate = new Rate(PER_SECOND);
            channel.attr(RATE).set(rate);
        }
        return rate.take();
    }
}
