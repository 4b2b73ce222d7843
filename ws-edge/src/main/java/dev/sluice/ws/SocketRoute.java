package dev.sluice.ws;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.conversation.Conversation;
import dev.sluice.edge.conversation.InBandTokens;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.limit.InboundRates;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.edge.request.SubscriptionSpec;
import dev.sluice.fanout.session.Peer;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.identity.http.Paths;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/ws}. The upgrade is ours and not an endpoint of WebSockets Next, because that one's sends queue without bound
 * for a client that does not read, and because the close codes and the writability of the socket have to be ours too.
 */
@Singleton
class SocketRoute {
    static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";
    private static final String URL = "url";
    static final String PATH = "/v1/ws";
    static final Map<String, Subprotocol> SUBPROTOCOLS =
            List.of(new JsonSubprotocol(), new ProtobufSubprotocol(), new CloudEventsSubprotocol()).stream()
                    .collect(Collectors.toMap(Subprotocol::name, Function.identity()));

    private final Engine engine;
    private final Requests requests;
    private final Callers callers;
    private final PublisherClient publisher;
    private final InboundRates rates;
    private final Handshake handshake;

    SocketRoute(
            Engine engine,
            Requests requests,
            Callers callers,
            PublisherClient publisher,
            InboundRates rates,
            Handshake handshake) {
        this.engine = engine;
        this.requests = requests;
        this.callers = callers;
        this.publisher = publisher;
        this.rates = rates;
        this.handshake = handshake;
    }

    void register(@Observes Router router, Paths paths) {
        paths.serve(PATH, HttpMethod.GET);
        router.route(PATH)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .order(Requests.AFTER_AUTHENTICATION)
                .handler(requests.authenticated(this::upgrade));
    }

    private void upgrade(RoutingContext context, Caller caller) throws Rejected {
        Optional<Problem> wrong = Handshake.problem(context.request());
        if (wrong.isPresent()) {
            if (wrong.get().reason() == Reason.UPGRADE_REQUIRED) {
                // RFC 9110, section 15.5.22, and RFC 6455, section 4.4.
                context.response().putHeader("Upgrade", "websocket");
                context.response().putHeader("Sec-WebSocket-Version", Handshake.VERSION);
            }
            throw wrong.get().rejected();
        }
        negotiable(context.request().getHeader(SUBPROTOCOL));
        Optional<SubscriptionSpec> inUrl = Optional.empty();
        if (!context.queryParams().isEmpty()) {
            inUrl = Optional.of(SubscriptionSpec.ofQuery(context.queryParams(), Set.of(), null));
            inUrl.get().authorize(caller);
        }
        Peer peer = Requests.peer(context, caller, "websocket");
        engine.require(peer);
        String token = Requests.token(context);
        var verifier = new InBandTokens(callers, context);
        Optional<SubscriptionSpec> first = inUrl;
        handshake.answer(context.request()).onSuccess(upgraded -> open(upgraded, caller, token, verifier, peer, first));
    }

    /** Whether one of them is a subprotocol of ours. */
    static boolean isOurs(@Nullable String offered) {
        return offered != null
                && Arrays.stream(offered.split(",")).map(String::strip).anyMatch(SUBPROTOCOLS::containsKey);
    }

    private static void negotiable(@Nullable String offered) throws Rejected {
        if (!isOurs(offered)) {
            throw Problem.malformed(
                            SUBPROTOCOL,
                            "offer one of "
                                    + SUBPROTOCOLS.keySet().stream().sorted().collect(Collectors.joining(", ")))
                    .rejected();
        }
    }

    private void open(
            Handshake.Upgraded upgraded,
            Caller caller,
            String token,
            InBandTokens verifier,
            Peer peer,
            Optional<SubscriptionSpec> inUrl) {
        SocketOutlet outlet = upgraded.outlet();
        Subprotocol subprotocol = SUBPROTOCOLS.get(upgraded.subprotocol());
        if (subprotocol == null) {
            outlet.refuse(Reason.MALFORMED, SUBPROTOCOL);
            return;
        }
        try {
            Session session = engine.open(
                    outlet,
                    new SessionOptions(subprotocol.dialect().session(), caller.token(), caller.expires(), peer));
            var conversation =
                    new Conversation(session, outlet.loop(), subprotocol.dialect(), publisher, verifier, caller, token);
            outlet.open(session, new Inbox(outlet, subprotocol, session, conversation, rates.ofConnection()));
            session.open("", new byte[0]);
            inUrl.ifPresent(spec -> conversation.handle(new Operation.Subscribe(URL, spec)));
            outlet.listen();
        } catch (Rejected refusal) {
            engine.countRefusal(refusal.problem());
            outlet.refuse(refusal.problem().reason());
        }
    }
}
