package dev.sluice.edge.http;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.limit.LimitsConfig;
import io.netty.channel.Channel;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/**
 * How long a client has for the head of a request, and again for its body where there is one. Neither Quarkus nor Vert.x bounds that:
 * their idle time-out begins anew with every byte. Safe on any thread.
 */
@Singleton
class HandshakeTime implements VertxOptionsCustomizer {
    /** Before whatever may answer. */
    private static final int FIRST = 3_000;
    /** After authentication, before all routes that read a body. */
    private static final int BEFORE_ROUTES = -60;

    private static final Problem LATE =
            Problem.of(Reason.MALFORMED, "the request was not complete in time").beyond(Limit.HANDSHAKE_TIME);

    private final long millis;
    private final Provider<Engine> engine;

    HandshakeTime(LimitsConfig config, Provider<Engine> engine) {
        if (config.handshakeTime().isNegative()) {
            throw new IllegalArgumentException("sluice.limits.handshake-time is positive, or 0s for no limit");
        }
        this.millis = config.handshakeTime().toMillis();
        this.engine = engine;
    }

    /** Comes before anybody listens or connects; nothing is customized. */
    @Override
    public void accept(VertxOptions options) {
        if (millis > 0) {
            AcceptedConnections.listen("handshake", channel -> HandshakeDeadline.on(channel, millis, this::count));
        }
    }

    private void count() {
        engine.get().countRefusal(LATE);
    }

    void register(@Observes Filters filters) {
        if (millis > 0) {
            filters.register(this::headHasCome, FIRST);
        }
    }

    private void headHasCome(RoutingContext context) {
        HttpServerRequest request = context.request();
        Channel channel = Connections.channel(request);
        HandshakeDeadline deadline = HandshakeDeadline.of(channel);
        if (deadline != null) {
            if (request.version() == HttpVersion.HTTP_2 || request.getHeader("Upgrade") != null) {
                deadline.leave(channel);
            } else {
                deadline.requested();
                context.addEndHandler(answered -> deadline.answered());
            }
        }
        context.next();
    }

    void register(@Observes Router router) {
        if (millis > 0) {
            router.post().order(BEFORE_ROUTES).handler(this::bodyMustCome);
        }
    }

    private void bodyMustCome(RoutingContext context) {
        HttpServerRequest request = context.request();
        long timer = context.vertx().setTimer(millis, late -> {
            // A stream that is answered already may take as long as it likes: it is a conversation.
            if (!request.response().headWritten() && !request.response().closed()) {
                count();
                Connections.abort(request);
            }
        });
        request.end().onComplete(complete -> context.vertx().cancelTimer(timer));
        context.addEndHandler(over -> context.vertx().cancelTimer(timer));
        context.next();
    }
}
