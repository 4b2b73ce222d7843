package dev.sluice.system.limit;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Background;
import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.contract.Talk;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many connections a user has, and how many a replica; how many names a user has, and how much may wait for Kafka or a publisher. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionLimitsIT {
    private static final int OF_A_USER = 2;
    private static final int OF_A_REPLICA = 5;
    private static final int NAMES = 2;
    /** In KiB. */
    private static final int IN_FLIGHT = 1_024;

    private static final int MOST_DATA = 250;
    private static final int WAITING = 256;
    private static final String CHANNEL = "rooms.lobby";
    /** Of a page on this machine. */
    private static final String PAGE = "http://localhost:3000";

    private final Sluice sluice = start();

    private static Sluice start() {
        var builder = Sluice.builder("connection-limits");
        for (var edge : Component.EDGES) {
            builder.env(edge, "SLUICE_LIMITS_CONNECTIONS", String.valueOf(OF_A_REPLICA))
                    .env(edge, "SLUICE_LIMITS_CONNECTIONS_PER_USER", String.valueOf(OF_A_USER))
                    .env(edge, "SLUICE_POSITIONS_NAMES_PER_USER", String.valueOf(NAMES));
        }
        builder.env(Component.PUBLISHER, "SLUICE_PUBLISHER_KAFKA_IN_FLIGHT_SIZE", IN_FLIGHT + "K")
                .env(Component.PUBLISHER, "SLUICE_POSITIONS_NAMES_PER_USER", String.valueOf(NAMES));
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @BeforeEach
    void waitForAnEmptyHouse() {
        Component.EDGES.forEach(edge -> Expect.until("that nobody is connected", () -> active(edge) == 0));
    }

    private double active(Component edge) {
        return Scrape.of(sluice.url(edge)).sum("sluice_connections_active", "");
    }

    private Connection connect(Protocol protocol, String user) {
        return sluice.subscribe(protocol, sluice.token(user), to(CHANNEL));
    }

    @ParameterizedTest
    @EnumSource
    @Hits(Limit.CONNECTIONS_PER_USER)
    void shouldRefuseOneTooManyOfAUserAndNobodyElse(Protocol protocol) {
        var edge = sluice.url(protocol.edge());
        var before = Limits.hits(edge, "connections-per-user");
        try (var first = connect(protocol, "alice");
                var second = connect(protocol, "alice")) {
            Expect.started(first);
            Expect.started(second);
            try (var third = connect(protocol, "alice")) {
                assertThat(Expect.end(third).summary())
                        .isEqualTo(refusal(protocol, "429", "RESOURCE_EXHAUSTED", "limited"));
            }
            assertThat(Limits.hits(edge, "connections-per-user")).isEqualTo(before + 1);
            try (var another = connect(protocol, "bob")) {
                Expect.started(another);
                sluice.producer().text(CHANNEL, "for all " + protocol);
                List.of(first, second, another).forEach(client -> Expect.eventWith(client, "for all " + protocol));
            }
            second.close();
            Expect.until("that the second has left", () -> active(protocol.edge()) == 1);
            try (var again = connect(protocol, "alice")) {
                Expect.started(again);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Hits(Limit.CONNECTIONS)
    void shouldNotBeReadyWhenItIsNearlyFullAndRefuseWhoComesAllTheSame(Protocol protocol) {
        var edge = sluice.url(protocol.edge());
        var before = Limits.hits(edge, "connections");
        var inside = new ArrayList<Connection>();
        try {
            for (int i = 0; i < OF_A_REPLICA; i++) {
                assertThat(readiness(edge)).isEqualTo(200);
                inside.add(connect(protocol, "user" + i));
                Expect.started(inside.get(i));
            }
            var readiness = Http.get(edge.resolve("/q/health/ready"));
            assertThat(readiness.status()).isEqualTo(503);
            assertThat(down(readiness)).containsExactly("room for connections");
            assertThat(Http.get(edge.resolve("/q/health/live")).status()).isEqualTo(200);
            try (var late = connect(protocol, "late")) {
                assertThat(Expect.end(late).summary())
                        .isEqualTo(refusal(protocol, "503", "UNAVAILABLE", "unavailable"));
            }
            assertThat(Limits.hits(edge, "connections")).isEqualTo(before + 1);

            sluice.producer().text(CHANNEL, "for who is inside " + protocol);
            inside.forEach(client -> Expect.eventWith(client, "for who is inside " + protocol));
            inside.remove(0).close();
            Expect.until("that it is ready again", () -> readiness(edge) == 200);
            try (var late = connect(protocol, "late")) {
                Expect.started(late);
            }
        } finally {
            inside.forEach(Connection::close);
        }
    }

    private static int readiness(URI edge) {
        return Http.get(edge.resolve("/q/health/ready")).status();
    }

    private static List<String> down(Answer health) {
        var names = new ArrayList<String>();
        health.json().path("checks").forEach(check -> {
            if (check.path("status").asText().equals("DOWN")) {
                names.add(check.path("name").asText());
            }
        });
        return names;
    }

    /** A WebSocket client sees no more of a refused handshake than its status. */
    private static String refusal(Protocol protocol, String http, String grpc, String reason) {
        return switch (protocol) {
            case SSE, NDJSON -> http + " " + reason;
            case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS -> http + " ";
            case GRPC, GRPC_CONNECT, GRPC_WEB, GRPC_WEB_TEXT -> grpc + " " + reason;
        };
    }

    @Test
    void shouldCountALongPollAndSayOverHttpWhenToComeBack() {
        try (var first = connect(Protocol.SSE, "alice");
                var second = connect(Protocol.NDJSON, "alice")) {
            Expect.started(first);
            Expect.started(second);
            for (var path : List.of("/v1/stream", "/v1/poll")) {
                assertSaysWhenToComeBack(Http.send(Http.request(
                        sluice.url(Component.SSE_EDGE).resolve(path + "?channel=" + CHANNEL), sluice.token("alice"))));
            }
        }
    }

    @Test
    void shouldSayInTheAnswerToAHandshakeWhenToComeBack() {
        try (var first = connect(Protocol.WEBSOCKET, "alice");
                var second = connect(Protocol.WEBSOCKET, "alice")) {
            Expect.started(first);
            Expect.started(second);
            assertSaysWhenToComeBack(RawHandshake.open(
                    sluice.url(Component.WS_EDGE),
                    "/v1/ws",
                    Map.of(
                            "Sec-WebSocket-Protocol",
                            "sluice.v1.json",
                            "Authorization",
                            "Bearer " + sluice.token("alice"))));
        }
    }

    /** A browser shows a page no more of a refused handshake than that there is none: it is opened for that page, and closed for the reason. */
    @Test
    void shouldSayToAPageByTheCloseOfItsSocketWhyItHasNone() {
        try (var first = connect(Protocol.WEBSOCKET, "alice");
                var second = connect(Protocol.WEBSOCKET, "alice")) {
            Expect.started(first);
            Expect.started(second);
            assertThat(socketOfAPage("alice")).startsWith("HTTP/1.1 101 ").endsWith(closing(4429, "limited"));
            var others = IntStream.range(2, OF_A_REPLICA)
                    .mapToObj(i -> connect(Protocol.WEBSOCKET, "user" + i))
                    .toList();
            try {
                others.forEach(Expect::started);
                assertThat(socketOfAPage("late")).startsWith("HTTP/1.1 101 ").endsWith(closing(1013, "unavailable"));
            } finally {
                others.forEach(Connection::close);
            }
        }
    }

    private String socketOfAPage(String user) {
        var request = RawHandshake.request(sluice.token(user), Map.of("Origin", PAGE));
        try (var client = RawClient.connect(sluice.url(Component.WS_EDGE))) {
            assertThat(client.send(request).readUntil("HTTP/1.1 \\d{3}")).isEqualTo("HTTP/1.1 101");
            return client.awaitEnd();
        }
    }

    /** RFC 6455, 5.5.1. */
    private static String closing(int code, String reason) {
        return "\u0088" + (char) (2 + reason.length()) + (char) (code >> 8) + (char) (code & 0xFF) + reason;
    }

    @Test
    void shouldLetAPageReadThatItIsOneTooMany() {
        try (var first = connect(Protocol.SSE, "alice");
                var second = connect(Protocol.SSE, "alice")) {
            Expect.started(first);
            Expect.started(second);
            var answer = Http.send(Http.request(
                            sluice.url(Component.SSE_EDGE).resolve("/v1/stream?channel=" + CHANNEL),
                            sluice.token("alice"))
                    .header("Origin", PAGE));
            assertSaysWhenToComeBack(answer);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
            assertThat(answer.header("Access-Control-Expose-Headers")).containsIgnoringCase("retry-after");
        }
    }

    /** On two edges at once: one place decides, and no race lets a user have more names than there may be. */
    @Test
    void shouldCountTheNamesOfAUserOnceWhereverTheyAreMade() {
        var edge = sluice.url(Component.SSE_EDGE);
        var before = positions(edge);
        var token = sluice.token("racer");
        var tries = 5 * NAMES;
        try (var webSocket = Talk.WEBSOCKET.open(sluice, token);
                var grpc = Talk.GRPC_CONNECT.open(sluice, token)) {
            var both = Map.of("w", webSocket, "g", grpc);
            IntStream.range(0, tries)
                    .forEach(i -> both.forEach((letter, client) ->
                            client.subscribe(letter + i, to(CHANNEL).durable(letter + i))));
            both.forEach((letter, client) -> IntStream.range(0, tries).forEach(i -> {
                var answer = Expect.answer(client, letter + i);
                if (!answer.isError()) {
                    client.ack("ack" + i, letter + i, answer.cursor());
                }
            }));
            both.forEach((letter, client) -> IntStream.range(0, tries)
                    .filter(i -> !Expect.answer(client, letter + i).isError())
                    .forEach(i -> Expect.answer(client, "ack" + i)));
            var last = Sluice.unique("last");
            try (var other = Talk.WEBSOCKET.open(sluice, sluice.token(last))) {
                other.subscribe(last, to(CHANNEL).durable(last));
                other.ack("ack", last, Expect.answer(other, last).cursor());
                assertThat(Expect.answer(other, "ack").isError()).isFalse();
            }
            Expect.until("that the positions are known", () -> positions(edge) > before + NAMES);
            assertThat(positions(edge)).isEqualTo(before + NAMES + 1);
        }
    }

    private static double positions(URI edge) {
        return Scrape.of(edge).sum("sluice_positions", "");
    }

    private static void assertSaysWhenToComeBack(Answer answer) {
        assertThat(answer.refusal().summary()).isEqualTo("429 limited");
        assertThat(answer.refusal().detail()).contains("at most " + OF_A_USER);
        assertThat(answer.header("Retry-After")).matches("[0-9]+");
    }

    @Test
    void shouldSayOverGrpcWhenToComeBack() {
        try (var first = connect(Protocol.GRPC, "alice");
                var second = connect(Protocol.GRPC, "alice")) {
            Expect.started(first);
            Expect.started(second);
            var channel = Channels.open(sluice.url(Component.GRPC_EDGE));
            try {
                var call = NotificationServiceGrpc.newBlockingStub(Channels.withToken(channel, sluice.token("alice")))
                        .streamUpdates(
                                StreamRequest.newBuilder().addChannels(CHANNEL).build());
                var refusal = Assertions.catchThrowableOfType(StatusRuntimeException.class, call::hasNext);
                assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(refusal.getTrailers()
                                .get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)))
                        .matches("[0-9]+");
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "GRPC_CONNECT"})
    @Hits(Limit.NAMES)
    void shouldRefuseOneNameTooManyOfAUser(Talk talk) {
        var edge = sluice.url(talk.edge());
        var before = Limits.hits(edge, "names");
        try (var client = talk.open(sluice, sluice.token("namer of " + talk))) {
            var names = new AtomicInteger();
            var refused = Expect.eventually("a refusal", () -> {
                var id = "n" + names.incrementAndGet();
                client.subscribe(id, to(CHANNEL).durable(id));
                return Optional.of(Expect.answer(client, id)).filter(Received.Answer::isError);
            });
            assertThat(names).hasValueGreaterThan(NAMES);
            assertThat(refused.members().path("reason").asText()).isEqualTo("limited");
            assertThat(refused.members().path("field").asText()).isEqualTo("durable");
            assertThat(Limits.hits(edge, "names")).isEqualTo(before + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "GRPC_CONNECT"})
    @Hits(Limit.WAITING)
    void shouldRefuseWhatMoreThanMayWait(Talk talk) {
        var edge = sluice.url(talk.edge());
        var before = Limits.hits(edge, "waiting");
        var publisher = sluice.stack().service(Component.PUBLISHER);
        try (var client = talk.open(sluice, sluice.token("alice"))) {
            client.publish("first", NewEvent.text(CHANNEL, "x"));
            assertThat(Expect.answer(client, "first").isError()).isFalse();
            publisher.pause();
            try {
                IntStream.rangeClosed(1, WAITING + 1)
                        .forEach(i -> client.publish("p" + i, NewEvent.text(CHANNEL, "x")));
                var refused = Expect.answer(client, "p" + (WAITING + 1));
                assertThat(refused.members().path("reason").asText()).isEqualTo("limited");
            } finally {
                publisher.resume();
            }
            assertThat(Expect.answer(client, "p" + WAITING).isError()).isFalse();
            assertThat(Limits.hits(edge, "waiting")).isEqualTo(before + 1);
        }
    }

    @Test
    @Hits(Limit.IN_FLIGHT)
    void shouldRefuseWhatDoesNotFitIntoWhatWaitsForKafka() {
        var publisher = sluice.url(Component.PUBLISHER);
        var before = Limits.hits(publisher, "in-flight");
        var large = NewEvent.text(CHANNEL, "x".repeat(MOST_DATA * 1_024));
        var kafka = sluice.stack().service(Component.KAFKA);
        sluice.producer().accepted(large);
        try (var background = new Background()) {
            kafka.pause();
            var posts = IntStream.rangeClosed(0, IN_FLIGHT / MOST_DATA)
                    .mapToObj(i -> background.call(() -> sluice.producer().post(large)))
                    .toList();
            try {
                var refused = Expect.eventually("a refusal", () -> posts.stream()
                                .filter(CompletableFuture::isDone)
                                .findFirst())
                        .join();
                assertThat(refused.refusal().summary()).isEqualTo("429 limited");
                assertThat(refused.header("Retry-After")).matches("[0-9]+");
            } finally {
                kafka.resume();
            }
            assertThat(posts.stream().map(post -> post.join().status()))
                    .containsOnlyOnce(429)
                    .contains(201);
            assertThat(Limits.hits(publisher, "in-flight")).isEqualTo(before + 1);
        }
    }
}
