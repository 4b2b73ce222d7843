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
import dev.sluice.edge.transport.Compression;
import dev.sluice.fanout.session.Envelope;
import dev.sluice.fanout.session.Peer;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.identity.http.Paths;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
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
    private static final Map<String, Subprotocol> SUBPROTOCOLS =
            List.of(new JsonSubprotocol(), new ProtobufSubprotocol(), new CloudEventsSubprotocol()).stream()
                    .collect(Collectors.toMap(Subprotocol::name, Function.identity()));

    private final Engine engine;
    private final Requests requests;
    private final Callers callers;
    private final PublisherClient publisher;
    private final InboundRates rates;
    private final Compression compression;

    SocketRoute(
            Engine engine,
            Requests requests,
            Callers callers,
            PublisherClient publisher,
            InboundRates rates,
            Compression compression) {
        this.engine = engine;
        this.requests = requests;
        this.callers = callers;
        this.publisher = publisher;
        this.rates = rates;
        this.compression = compression;
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
        String upgrade = context.request().getHeader("Upgrade");
        if (upgrade == null
                || !upgrade.equalsIgnoreCase("websocket")
                || context.request().method() != HttpMethod.GET) {
            context.response().putHeader("Upgrade", "websocket");
            throw new Problem(Reason.UPGRADE_REQUIRED, "Upgrade", "this is a WebSocket").rejected();
        }
        negotiable(context.request().getHeader(SUBPROTOCOL));
        Optional<SubscriptionSpec> inUrl = Optional.empty();
        if (!context.queryParams().isEmpty()) {
            inUrl = Optional.of(SubscriptionSpec.ofQuery(context.queryParams(), Set.of(), null));
            inUrl.get().authorize(caller);
        }
        Peer peer = Requests.peer(context, caller, "websocket");
        engine.require(peer);
        Channel channel = ((ConnectionBase) context.request().connection()).channel();
        Optional<SubscriptionSpec> first = inUrl;
        Deflation.negotiate(channel.pipeline(), context.request().headers().getAll("Sec-WebSocket-Extensions"));
        context.request().toWebSocket().onSuccess(socket -> open(context, caller, peer, socket, channel, first));
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
            RoutingContext context,
            Caller caller,
            Peer peer,
            ServerWebSocket socket,
            Channel channel,
            Optional<SubscriptionSpec> inUrl) {
        Subprotocol subprotocol = SUBPROTOCOLS.get(socket.subProtocol());
        if (subprotocol == null) {
            LastWords.begin(channel);
            socket.close((short) Reason.MALFORMED.webSocketCloseCode(), SUBPROTOCOL);
            return;
        }
        boolean deflating = Deflation.install(channel.pipeline(), Inbox.MOST_BYTES);
        var outlet = new SocketOutlet(
                socket, channel, deflating ? new DeflatedMessages(compression.deflate()) : Envelope.NONE);
        try {
            Session session = engine.open(
                    outlet,
                    new SessionOptions(subprotocol.dialect().session(), caller.token(), caller.expires(), peer));
            outlet.attach(session);
            var conversation = new Conversation(
                    session,
                    channel.eventLoop(),
                    subprotocol.dialect(),
                    publisher,
                    new InBandTokens(callers, context),
                    caller,
                    Requests.token(context));
            new Inbox(socket, outlet, subprotocol, session, conversation, rates.ofConnection()).attach();
            // The socket has them as well, and nobody asks for them any more.
            context.request().headers().clear();
            session.open("", new byte[0]);
            inUrl.ifPresent(spec -> conversation.handle(new Operation.Subscribe(URL, spec)));
        } catch (Rejected refusal) {
            engine.countRefusal(refusal.problem());
            LastWords.begin(channel);
            socket.close(
                    (short) refusal.problem().reason().webSocketCloseCode(),
                    refusal.problem().reason().code());
        }
    }
}
