package dev.sluice.system.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.client.Json;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.Frames;
import dev.sluice.client.grpc.GrpcRefusals;
import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.system.chart.KeyPair;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import okhttp3.RequestBody;
import okhttp3.Response;

/** A protocol by which somebody comes through a front door, with clients from other hands than ours where there are any. */
enum Way {
    SSE("SSE", true, true, "401 unauthenticated") {
        @Override
        void begin(Visit visit, Visitor visitor, Asked asked) {
            visitor.stream(
                    visit,
                    visitor.get("/v1/stream?" + asked.query(), "text/event-stream"),
                    new EventStream(visit)::read);
        }
    },
    NDJSON("NDJSON", true, true, "401 unauthenticated") {
        @Override
        void begin(Visit visit, Visitor visitor, Asked asked) {
            var lines = new LineReader(line -> {
                var event = Json.parse(line);
                visit.add(
                        event.path("type").asText(),
                        event.path("cursor").asText(),
                        event.path("data").asText());
            });
            visitor.stream(visit, visitor.get("/v1/stream?" + asked.query(), "application/x-ndjson"), lines::read);
        }
    },
    POLL("long poll", true, true, "401 unauthenticated") {
        @Override
        void begin(Visit visit, Visitor visitor, Asked asked) {
            visitor.inBackground(visit, () -> {
                var cursor = asked.cursor();
                while (visit.ended().isEmpty()) {
                    var query = new Asked(asked.channel(), cursor, 0).query() + "&wait=" + asked.heartbeat();
                    var request = visitor.get("/v1/poll?" + query, "application/json");
                    try (var answer = visitor.ask(visit, request.build())) {
                        var text = new String(Visitor.plain(answer).readAllBytes(), StandardCharsets.UTF_8);
                        if (answer.code() != 200) {
                            visit.end(refusal(answer, text));
                            return;
                        }
                        var page = Json.parse(text);
                        for (JsonNode event : page.path("events")) {
                            visit.add(
                                    event.path("type").asText(),
                                    event.path("cursor").asText(),
                                    event.path("data").asText());
                        }
                        var first = cursor.isEmpty();
                        cursor = page.path("cursor").asText();
                        visit.add(first ? "sluice.open" : "sluice.heartbeat", cursor, "");
                    }
                }
            });
        }
    },
    WEBSOCKET("WebSocket", true, false, "401") {
        @Override
        void begin(Visit visit, Visitor visitor, Asked asked) {
            var url = URI.create("wss://" + visitor.url().getAuthority() + "/v1/ws?" + asked.query());
            visitor.webSockets()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + visitor.token())
                    .subprotocols("sluice.v1.json")
                    .buildAsync(url, new Messages(visit))
                    .whenComplete((socket, failure) -> {
                        var cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
                        if (cause instanceof WebSocketHandshakeException refused) {
                            visit.end(String.valueOf(refused.getResponse().statusCode()));
                        } else if (cause != null) {
                            visit.end(cause.toString());
                        } else {
                            visit.onLeave(socket::abort);
                        }
                    });
        }
    },
    GRPC("gRPC", false, true, "UNAUTHENTICATED unauthenticated") {
        @Override
        void begin(Visit visit, Visitor visitor, Asked asked) {
            var channel = channel(visitor.url(), visitor.pair());
            visit.onLeave(channel::shutdownNow);
            Context.ROOT.run(() -> NotificationServiceGrpc.newStub(Channels.withToken(channel, visitor.token()))
                    .streamUpdates(asked.message(), new StreamObserver<>() {
                        @Override
                        public void onNext(Notification message) {
                            notified(visit, message);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            var refusal = GrpcRefusals.of(failure);
                            // Without a reason it is none of ours, and nobody knows it.
                            visit.end(refusal.code() + " "
                                    + (refusal.reason().isEmpty() ? refusal.detail() : refusal.reason()));
                        }

                        @Override
                        public void onCompleted() {
                            visit.end("OK");
                        }
                    }));
        }
    },
    GRPC_WEB("gRPC-Web", true, true, "UNAUTHENTICATED unauthenticated") {
        @Override
        void begin(Visit visit, Visitor visitor, Asked asked) {
            var frames = new Frames((flags, content) -> {
                if (flags != 0) {
                    visit.end(new String(content, StandardCharsets.US_ASCII).strip());
                    return;
                }
                try {
                    notified(visit, Notification.parseFrom(content));
                } catch (InvalidProtocolBufferException e) {
                    throw new UncheckedIOException(e);
                }
            });
            var call = visitor.request("/" + NotificationServiceGrpc.SERVICE_NAME + "/StreamUpdates")
                    .header("Content-Type", "application/grpc-web+proto")
                    .header("Accept", "application/grpc-web+proto")
                    .header("X-Grpc-Web", "1")
                    .post(RequestBody.create(Frames.framed(asked.message().toByteArray()), null));
            visitor.stream(visit, call, frames::read);
        }
    };

    private final String title;
    private final boolean byHttp1;
    private final boolean byHttp2;
    private final String refused;

    Way(String title, boolean byHttp1, boolean byHttp2, String refused) {
        this.title = title;
        this.byHttp1 = byHttp1;
        this.byHttp2 = byHttp2;
        this.refused = refused;
    }

    /**
     * What is asked for.
     *
     * @param cursor empty: from now on
     * @param heartbeat seconds; 0: none is asked for
     */
    record Asked(String channel, String cursor, int heartbeat) {
        String query() {
            return "channel=" + channel + (cursor.isEmpty() ? "" : "&cursor=" + cursor)
                    + (heartbeat == 0 ? "" : "&heartbeat=" + heartbeat);
        }

        StreamRequest message() {
            var message = StreamRequest.newBuilder().addChannels(channel).setCursor(cursor);
            return (heartbeat == 0 ? message : message.setHeartbeat(heartbeat)).build();
        }
    }

    String title() {
        return title;
    }

    /** The versions of HTTP in which it comes: gRPC is HTTP/2 alone, and the JDK's WebSocket HTTP/1.1. */
    List<Version> versions() {
        return Stream.of(Version.HTTP_1_1, Version.HTTP_2)
                .filter(version -> version == Version.HTTP_2 ? byHttp2 : byHttp1)
                .toList();
    }

    /** How a garbled token is refused. */
    String refused() {
        return refused;
    }

    abstract void begin(Visit visit, Visitor visitor, Asked asked);

    /** Asks; what comes is seen on the visit. */
    Visit visit(Visitor visitor, Asked asked) {
        var visit = new Visit();
        begin(visit, visitor, asked);
        return visit;
    }

    /** Over TLS, which trusts the proxy alone; to be shut down. */
    static ManagedChannel channel(URI url, KeyPair pair) {
        try {
            return NettyChannelBuilder.forAddress(url.getHost(), url.getPort())
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(
                                    new ByteArrayInputStream(pair.certificate().getBytes(StandardCharsets.US_ASCII)))
                            .build())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void notified(Visit visit, Notification message) {
        visit.add(message.getType(), message.getCursor(), message.getPayload().toString(StandardCharsets.UTF_8));
    }

    /** As tables compare it: the status, and the reason where it came along. */
    static String refusal(Response answer, String body) {
        var grpc = answer.header("grpc-status");
        if (grpc != null) {
            return (Status.fromCodeValue(Integer.parseInt(grpc)).getCode() + " " + answer.header("sluice-reason", ""))
                    .strip();
        }
        var isProblem = answer.header("Content-Type", "").startsWith("application/problem+json");
        return (answer.code() + " "
                        + (isProblem ? Json.parse(body).path("reason").asText() : ""))
                .strip();
    }

    /** Text messages, put together. */
    private static final class Messages implements WebSocket.Listener {
        private final Visit visit;
        private final StringBuilder message = new StringBuilder();

        Messages(Visit visit) {
            this.visit = visit;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                var members = Json.parse(message.toString());
                message.setLength(0);
                var op = members.path("op").asText();
                visit.add(
                        op.equals("event") ? members.path("type").asText() : "sluice." + op,
                        members.path("cursor").asText(),
                        members.path("data").asText());
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            visit.end(code + " " + reason);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            visit.end(failure.toString());
        }
    }
}
