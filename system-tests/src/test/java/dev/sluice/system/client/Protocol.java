package dev.sluice.system.client;

import dev.sluice.client.Connection;
import dev.sluice.client.Conversation;
import dev.sluice.client.Credential;
import dev.sluice.client.Refusal;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.grpc.ConnectClient;
import dev.sluice.client.grpc.Encoding;
import dev.sluice.client.grpc.GrpcWebClient;
import dev.sluice.client.grpc.StreamUpdatesClient;
import dev.sluice.client.sse.SseClient;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import java.net.URI;
import java.util.List;

/** Every way in which one can subscribe and then listen. */
public enum Protocol {
    SSE(
            Component.SSE_EDGE,
            Codes.HTTP,
            (edge, credential, request) -> Documented.stream(SseClient.stream(edge, credential, request))),
    WEBSOCKET(
            Component.WS_EDGE,
            Codes.ANSWER,
            (edge, credential, request) ->
                    subscribed(WebSocketClient.connect(edge, credential, Documented.json()), request)),
    GRPC(Component.GRPC_EDGE, Codes.GRPC, StreamUpdatesClient::stream),

    NDJSON(Component.SSE_EDGE, Codes.HTTP, SseClient::ndjson),
    WEBSOCKET_PROTOBUF(
            Component.WS_EDGE,
            Codes.ANSWER,
            (edge, credential, request) ->
                    subscribed(WebSocketClient.connect(edge, credential, Subprotocol.PROTOBUF), request)),
    WEBSOCKET_CLOUDEVENTS(
            Component.WS_EDGE,
            Codes.ANSWER,
            (edge, credential, request) ->
                    subscribed(WebSocketClient.connect(edge, credential, Documented.cloudEvents()), request)),
    GRPC_CONNECT(
            Component.GRPC_EDGE,
            Codes.ANSWER,
            (edge, credential, request) -> subscribed(ConnectClient.connect(edge, credential), request)),
    GRPC_WEB(
            Component.GRPC_EDGE,
            Codes.GRPC,
            (edge, credential, request) -> GrpcWebClient.streamUpdates(edge, credential, Encoding.BINARY, request)),
    GRPC_WEB_TEXT(
            Component.GRPC_EDGE,
            Codes.GRPC,
            (edge, credential, request) -> GrpcWebClient.streamUpdates(edge, credential, Encoding.TEXT, request));

    /** The three that have to show everything; the others are forms of them. */
    public static final List<Protocol> MAIN = List.of(SSE, WEBSOCKET, GRPC);

    /** What a subscription is called where it needs a name. */
    public static final String SUBSCRIPTION = "s";

    private final Component edge;
    private final Codes codes;
    private final Opener opener;

    private interface Opener {
        Connection open(URI edge, Credential credential, SubscriptionRequest request);
    }

    Protocol(Component edge, Codes codes, Opener opener) {
        this.edge = edge;
        this.codes = codes;
        this.opener = opener;
    }

    /** Whose clients speak it. */
    public Component edge() {
        return edge;
    }

    /** Asks for the subscription; whether it is granted is seen on the connection. */
    public Connection subscribe(URI edgeUrl, String token, SubscriptionRequest request) {
        return subscribe(edgeUrl, Credential.bearer(token), request);
    }

    /** As that, with a token that comes in any of the ways that the protocol offers. */
    public Connection subscribe(URI edgeUrl, Credential credential, SubscriptionRequest request) {
        return opener.open(edgeUrl, credential, request);
    }

    /** What a refused subscription looks like, as {@link Refusal#summary()} says it. */
    public String refusal(String reason, String field) {
        return (codes.of(reason) + " " + reason + " " + field).strip();
    }

    /** How lists of channels are called here: in URLs a parameter is repeated instead. */
    public String channelField() {
        return codes == Codes.HTTP ? "channel" : "channels";
    }

    /** How a channel of the list is named in an error. */
    public String channelField(int index) {
        return codes == Codes.HTTP ? "channel" : "channels[" + index + "]";
    }

    /** Whether a subscription is one operation of several, so that its refusal leaves the connection open. */
    public boolean isConversation() {
        return codes == Codes.ANSWER;
    }

    private static Connection subscribed(Conversation conversation, SubscriptionRequest request) {
        conversation.subscribe(SUBSCRIPTION, request);
        return conversation;
    }
}
