package dev.sluice.identity.http;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.netty.channel.Channel;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/**
 * How long a client has for the head of a request, and for its body where there is one. Neither Quarkus nor Vert.x bounds that: their
 * idle time-out begins anew with every byte. Safe on any thread.
 */
@Singleton
public class RequestTime implements VertxOptionsCustomizer {
    /** Where a route may say that what follows is a conversation, before its body is bounded. After authentication. */
    public static final int CONVERSATION = -70;

    /** Before whatever may answer. */
    private static final int FIRST = 3_000;
    /** Before all routes that read a body. */
    private static final int BEFORE_ROUTES = -60;

    private static final String UNBOUNDED = "sluice.conversation";
    private static final Problem LATE = Problem.of(
                    Reason.REQUEST_TIMEOUT, "the request was not complete in time; send it again, without a pause")
            .beyond(Limit.HANDSHAKE_TIME);

    private static final Problem FLOOD = Problem.of(
                    Reason.LIMITED, "more frames of HTTP/2 that ask for nothing than anybody needs")
            .beyond(Limit.MESSAGE_RATE);

    private final long millis;
    private final Http2Heads.Bounds bounds;
    private final long bytesPerSecond;
    private final Provider<RefusalCount> refusals;

    RequestTime(RequestTimeConfig config, Provider<RefusalCount> refusals) {
        this.millis = config.millis();
        this.bytesPerSecond = config.bytesPerSecond();
        this.refusals = refusals;
        this.bounds = new Http2Heads.Bounds(
                millis, config.controlFrames(), () -> refusals.get().countRefusal(LATE), () -> refusals.get()
                        .countRefusal(FLOOD));
    }

    /** What the client sends is no body but one message after the other, whenever it likes. */
    public static void isConversation(RoutingContext context) {
        context.put(UNBOUNDED, true);
    }

    /** Comes before anybody listens or connects; nothing is customized. */
    @Override
    public void accept(VertxOptions options) {
        if (millis > 0) {
            AcceptedConnections.listen("handshake", channel -> HandshakeDeadline.on(channel, bounds));
        }
    }

    void register(@Observes Filters filters) {
        filters.register(this::headHasCome, FIRST);
    }

    private void headHasCome(RoutingContext context) {
        HttpServerRequest request = context.request();
        Channel channel = Connections.channel(request);
        boolean shared = request.version() == HttpVersion.HTTP_2;
        boolean repeated = !shared && request.getHeader("Upgrade") == null;
        if (repeated) {
            Pipelining.bound(channel);
        }
        HandshakeDeadline deadline = HandshakeDeadline.of(channel);
        if (deadline != null && repeated) {
            deadline.requested();
            context.addEndHandler(answered -> deadline.answered());
        } else if (deadline != null) {
            if (shared) {
                Http2Heads.of(channel, bounds);
            }
            deadline.leave(channel);
        }
        context.next();
    }

    void register(@Observes Router router) {
        if (millis > 0) {
            router.route().order(BEFORE_ROUTES).handler(this::bodyMustCome);
        }
    }

    private void bodyMustCome(RoutingContext context) {
        if (context.get(UNBOUNDED) == null && hasBody(context.request())) {
            new BodyDeadline(context, millis, bytesPerSecond, () -> late(context)).begin();
        }
        context.next();
    }

    /**
     * RFC 9112, section 6.3; over HTTP/2 it may have one in any case. Whether it has ended does not tell: nobody reads on in a request
     * without a body, so that is not noticed, and a poll that waits would be taken for one that is late.
     */
    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            return !length.equals("0");
        }
        return request.version() == HttpVersion.HTTP_2
                ? request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD
                : request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private void late(RoutingContext context) {
        bounds.onLate().run();
        BodyDeadline.refuse(context, LATE);
    }
}
