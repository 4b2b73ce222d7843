package dev.sluice.system.limit;

import static dev.sluice.client.SubscriptionRequest.to;

import com.google.protobuf.ByteString;
import dev.sluice.client.Conversation;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.grpc.ConnectClient;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.client.http.Http;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Collections;

/** Requests for far more than anybody needs. What a conversation does not end for at once is asked for until it does. */
enum Excess {
    SUBSCRIPTIONS_OVER_WEBSOCKET(Component.WS_EDGE, "4429 limited") {
        @Override
        String ask(Sluice sluice) {
            return subscribe(WebSocketClient.connect(sluice.url(service()), sluice.admin(), Subprotocol.JSON));
        }
    },
    SUBSCRIPTIONS_OVER_CONNECT(Component.GRPC_EDGE, "RESOURCE_EXHAUSTED limited") {
        @Override
        String ask(Sluice sluice) {
            return subscribe(ConnectClient.connect(sluice.url(service()), sluice.admin()));
        }
    },
    PATTERNS_OVER_WEBSOCKET(Component.WS_EDGE, "4400 malformed") {
        @Override
        String ask(Sluice sluice) {
            return repeat(
                    sluice, "{\"op\":\"subscribe\",\"id\":\"1\",\"channels\":[" + "\"a\",".repeat(MANY) + "\"a\"]}");
        }
    },
    PATTERNS_OVER_GRPC(Component.GRPC_EDGE, "INVALID_ARGUMENT malformed channels") {
        @Override
        String ask(Sluice sluice) {
            return call(
                    sluice,
                    StreamRequest.newBuilder()
                            .addAllChannels(Collections.nCopies(MANY, "a"))
                            .build()
                            .toByteArray());
        }
    },
    PATTERNS_OVER_SSE(Component.SSE_EDGE, "414 ") {
        @Override
        String ask(Sluice sluice) {
            return get(sluice, "/v1/stream?" + "channel=a&".repeat(MANY));
        }
    },
    A_FILTER_OVER_WEBSOCKET(Component.WS_EDGE, "1009 too-large") {
        @Override
        String ask(Sluice sluice) {
            return refusal(sluice, Protocol.WEBSOCKET);
        }
    },
    A_FILTER_OVER_GRPC(Component.GRPC_EDGE, "RESOURCE_EXHAUSTED too-large message") {
        @Override
        String ask(Sluice sluice) {
            return refusal(sluice, Protocol.GRPC);
        }
    },
    A_FILTER_OVER_SSE(Component.SSE_EDGE, "414 ") {
        @Override
        String ask(Sluice sluice) {
            return get(sluice, "/v1/stream?channel=a&filter=" + "a".repeat(MEBIBYTE));
        }
    },
    DEPTH_OVER_WEBSOCKET(Component.WS_EDGE, "4400 malformed") {
        @Override
        String ask(Sluice sluice) {
            return repeat(sluice, "[".repeat(MANY) + "]".repeat(MANY));
        }
    },
    /** {@code not} of {@code not} of … (field 6). */
    DEPTH_OVER_GRPC(Component.GRPC_EDGE, "INVALID_ARGUMENT malformed message") {
        @Override
        String ask(Sluice sluice) {
            var filter = ByteString.EMPTY;
            for (var i = 0; i < DEEP; i++) {
                filter = field(6, filter);
            }
            return call(sluice, field(3, filter).toByteArray());
        }
    },
    DEPTH_OF_A_TICKET(Component.SSE_EDGE, "400 malformed body") {
        @Override
        String ask(Sluice sluice) {
            return post(sluice, "/v1/tickets", "application/json", "{\"for\":" + nested(DEEP) + "}");
        }
    },
    DEPTH_OF_AN_ACKNOWLEDGEMENT(Component.SSE_EDGE, "400 malformed body") {
        @Override
        String ask(Sluice sluice) {
            return post(sluice, "/v1/acks", "application/json", "{\"durable\":" + nested(DEEP) + "}");
        }
    },
    DEPTH_OF_AN_EVENT(Component.PUBLISHER, "400 malformed body") {
        @Override
        String ask(Sluice sluice) {
            return post(sluice, "/v1/channels/rooms.deep/events", "application/json", nested(MANY));
        }
    },
    DEPTH_OF_A_STRUCTURED_EVENT(Component.PUBLISHER, "400 malformed body") {
        @Override
        String ask(Sluice sluice) {
            return post(sluice, "/v1/events", "application/cloudevents+json", "{\"data\":" + nested(MANY) + "}");
        }
    },
    DEPTH_OF_A_BATCH(Component.PUBLISHER, "400 malformed body") {
        @Override
        String ask(Sluice sluice) {
            return post(sluice, "/v1/events", "application/cloudevents-batch+json", nested(MANY));
        }
    };

    private static final int MANY = 100_000;
    private static final int DEEP = 10_000;
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int AT_A_TIME = 100;

    private final Component service;
    private final String end;

    Excess(Component service, String end) {
        this.service = service;
        this.end = end;
    }

    Component service() {
        return service;
    }

    /** What has to come of it. */
    String end() {
        return end;
    }

    /** @return what came of it */
    abstract String ask(Sluice sluice);

    private static String subscribe(Conversation conversation) {
        try (conversation) {
            for (var i = 0; i < MANY && conversation.ended().isEmpty(); i++) {
                conversation.subscribe("s" + i, to("rooms.r" + i));
            }
            return Expect.end(conversation).summary();
        }
    }

    String repeat(Sluice sluice, String message) {
        try (var socket = WebSocketClient.connect(sluice.url(service), sluice.admin(), Subprotocol.JSON)) {
            for (var i = 0; i < AT_A_TIME && socket.ended().isEmpty(); i++) {
                socket.sendText(message);
            }
            return Expect.end(socket).summary();
        }
    }

    private static String refusal(Sluice sluice, Protocol protocol) {
        try (var connection = sluice.subscribe(protocol, filtered())) {
            return Expect.end(connection).summary();
        }
    }

    private static SubscriptionRequest filtered() {
        return to("rooms.lobby").filter("type = '" + "a".repeat(MEBIBYTE) + "'");
    }

    String call(Sluice sluice, byte[] message) {
        return RawCall.send(
                        sluice.url(service),
                        sluice.admin(),
                        NotificationServiceGrpc.SERVICE_NAME,
                        "StreamUpdates",
                        message)
                .summary();
    }

    String get(Sluice sluice, String target) {
        return Http.send(Http.request(sluice.url(service).resolve(target), sluice.admin()))
                .refusal()
                .summary();
    }

    String post(Sluice sluice, String target, String contentType, String body) {
        return Http.send(Http.request(sluice.url(service).resolve(target), sluice.admin())
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(body)))
                .refusal()
                .summary();
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    /** A field with a length, of the wire format of protobuf. */
    private static ByteString field(int number, ByteString content) {
        var head = ByteString.newOutput();
        head.write(number << 3 | 2);
        for (var length = content.size(); ; length >>>= 7) {
            if (length < 128) {
                head.write(length);
                return head.toByteString().concat(content);
            }
            head.write(length & 127 | 128);
        }
    }
}
