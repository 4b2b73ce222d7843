package dev.sluice.edge.http;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.limit.ClientAddress;
import dev.sluice.fanout.session.Peer;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.identity.ProblemResponse;
import dev.sluice.identity.http.ForwardedFor;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Locale;

/** Who calls a route, and what it answers to whom it refuses. Safe on any thread. */
@Singleton
public class Requests {
    /** After Quarkus has authenticated the request, which happens before order -100 or so. */
    public static final int AFTER_AUTHENTICATION = 50;

    private static final String SCHEME = "bearer ";

    private final Callers callers;
    private final Engine engine;

    Requests(Callers callers, Engine engine) {
        this.callers = callers;
        this.engine = engine;
    }

    /** What a route does; a refusal is answered as a problem. */
    @FunctionalInterface
    public interface Action {
        void handle(RoutingContext context, Caller caller) throws Rejected;
    }

    /** A route handler around an action. */
    public Handler<RoutingContext> authenticated(Action action) {
        return context -> {
            try {
                action.handle(context, caller(context));
            } catch (Rejected refusal) {
                refuse(context, refusal.problem());
            }
        };
    }

    /** @throws Rejected see {@link Callers#of} */
    public Caller caller(RoutingContext context) throws Rejected {
        return callers.of(context.user() instanceof QuarkusHttpUser user ? user.getSecurityIdentity() : null);
    }

    /** The token as it came; empty when there is none. */
    public static String token(RoutingContext context) {
        String header = context.request().getHeader("Authorization");
        return header != null && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? header.substring(SCHEME.length()).strip()
                : "";
    }

    /** Whose session is about to be opened. */
    public static Peer peer(RoutingContext context, Caller caller, String protocol) {
        return new Peer(caller.issuer(), caller.subject(), ClientAddress.of(ForwardedFor.client(context)), protocol);
    }

    /**
     * What nobody asks for once a stream has begun: the token as it came, and the identity that was made of it. Kept as long as the
     * stream, they would be the larger part of what a connection costs.
     */
    public static void forgetToken(RoutingContext context) {
        context.request().headers().remove(HttpHeaders.AUTHORIZATION).remove(HttpHeaders.COOKIE);
        context.remove(QuarkusHttpUser.DEFERRED_IDENTITY_KEY);
        context.clearUser();
    }

    public void refuse(RoutingContext context, Problem problem) {
        engine.countRefusal(problem);
        ProblemResponse.send(context, problem);
    }
}
