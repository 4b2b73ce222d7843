package dev.sluice.system.expiry;

import dev.sluice.client.Connection;
import dev.sluice.client.Credential;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.sse.Polling;
import dev.sluice.local.Component;
import dev.sluice.system.client.Protocol;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/**
 * One way of one protocol.
 *
 * @param path where a ticket for it is good; empty where there are none
 * @param end of a connection whose token has expired, as the protocol says it
 * @param refusal of who comes back with that token, as a pattern
 */
record Row(
        String protocol, Way way, Kind kind, Component edge, String path, String end, String refusal, Opener opener) {

    /** How much a connection hears of its token. */
    enum Kind {
        /** Is refused. */
        POLL,
        /** Is warned, and ended. */
        STREAM,
        /** Can send a fresh one. */
        CONVERSATION
    }

    interface Opener {
        Connection open(URI edge, Credential credential, SubscriptionRequest request);
    }

    /** All that there are. */
    static List<Row> all() {
        var polls = Stream.of(Way.HEADER, Way.COOKIE, Way.TICKET)
                .map(way -> new Row(
                        "POLL",
                        way,
                        Kind.POLL,
                        Component.SSE_EDGE,
                        "/v1/poll",
                        "401 token-expired Authorization",
                        "401.*",
                        Polling::start));
        var streams =
                Stream.of(Protocol.values()).flatMap(protocol -> ways(protocol).map(way -> of(protocol, way)));
        return Stream.concat(streams, polls).toList();
    }

    private static Row of(Protocol protocol, Way way) {
        return new Row(
                protocol.name(),
                way,
                protocol.isConversation() ? Kind.CONVERSATION : Kind.STREAM,
                protocol.edge(),
                switch (protocol) {
                    case SSE, NDJSON -> "/v1/stream";
                    case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS -> "/v1/ws";
                    case GRPC, GRPC_CONNECT, GRPC_WEB, GRPC_WEB_TEXT -> "";
                },
                switch (protocol) {
                    case SSE, NDJSON -> "200 ";
                    case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS -> "4401 token-expired";
                    case GRPC, GRPC_CONNECT, GRPC_WEB, GRPC_WEB_TEXT -> "UNAUTHENTICATED token-expired";
                },
                switch (protocol) {
                    case SSE, NDJSON -> "401.*";
                    // With the cookie comes the Origin of a page, which would see nothing of an HTTP answer.
                    case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS ->
                        way == Way.COOKIE ? "4401 token-expired" : "401.*";
                    case GRPC, GRPC_CONNECT, GRPC_WEB, GRPC_WEB_TEXT -> "UNAUTHENTICATED.*";
                },
                protocol::subscribe);
    }

    private static Stream<Way> ways(Protocol protocol) {
        return switch (protocol) {
            case SSE, NDJSON -> Stream.of(Way.HEADER, Way.COOKIE, Way.TICKET);
            case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS -> Stream.of(Way.values());
            case GRPC, GRPC_CONNECT -> Stream.of(Way.HEADER);
            case GRPC_WEB, GRPC_WEB_TEXT -> Stream.of(Way.HEADER, Way.COOKIE);
        };
    }

    @Override
    public String toString() {
        return protocol + " by " + way;
    }
}
