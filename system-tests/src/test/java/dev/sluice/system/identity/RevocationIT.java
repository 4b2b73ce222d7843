package dev.sluice.system.identity;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Conversation;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are taken back before they expire, on two replicas of each edge. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class RevocationIT {

    private final Sluice sluice;

    RevocationIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndEveryStreamOfAUserOnEachReplicaAndNobodyElses(Protocol protocol) {
        var channel = Sluice.unique("rooms.revoked." + protocol);
        var user = Sluice.unique("mallory");
        var token = sluice.token(user);
        try (var first = open(protocol, 0, token, to(channel));
                var second = open(protocol, 1, token, to(channel));
                var bystander = open(protocol, 0, sluice.token(user + "-namesake"), to(channel))) {
            sluice.producer().text(channel, "before");
            Stream.of(first, second, bystander).forEach(connection -> Expect.eventWith(connection, "before"));

            var revoked = System.nanoTime();
            assertThat(revoke("{\"user\":\"" + user + "\"}").status()).isEqualTo(201);
            for (var connection : List.of(first, second)) {
                assertThat(Expect.end(connection).summary()).isEqualTo(endOf(protocol));
                assertThat(connection
                                .controls("close")
                                .get(0)
                                .members()
                                .path("reason")
                                .asText())
                        .isEqualTo("revoked");
            }
            System.out.printf(
                    Locale.ROOT,
                    "RevocationIT: %s, streams on two replicas ended %d ms after the call began%n",
                    protocol,
                    (System.nanoTime() - revoked) / 1_000_000);

            sluice.producer().text(channel, "after");
            Expect.eventWith(bystander, "after");
            assertThat(first.events()).extracting(Received.Event::text).containsExactly("before");
            for (var replica : List.of(0, 1)) {
                assertThat(refusal(protocol, replica, token)).isEqualTo("revoked");
            }

            // Nothing was lost for whoever signs in again, which works as soon as the issuer's clock has passed that of
            // the call.
            var cursor = protocol.isConversation()
                    ? first.events().get(0).cursor()
                    : first.controls("close").get(0).cursor();
            var fresh = Expect.eventually("that a new token is good", () -> Stream.of(sluice.token(user))
                    .filter(issued -> Door.PUBLISHER.refusal(sluice, issued).isEmpty())
                    .findFirst());
            try (var again = open(protocol, 1, fresh, to(channel).cursor(cursor))) {
                Expect.eventWith(again, "after");
                assertThat(again.events()).extracting(Received.Event::text).containsExactly("after");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC", "GRPC_CONNECT"})
    void shouldEndWhatTheNameSaysAndNoMore(Protocol protocol) {
        var channel = Sluice.unique("rooms.revoked.one");
        var user = Sluice.unique("mallory");
        var phone =
                sluice.mint(TokenRequest.of(user).claim("sid", user + "-phone").claim("jti", user + "-1"));
        var phoneLater =
                sluice.mint(TokenRequest.of(user).claim("sid", user + "-phone").claim("jti", user + "-2"));
        var laptop =
                sluice.mint(TokenRequest.of(user).claim("sid", user + "-laptop").claim("jti", user + "-3"));
        try (var ofPhone = open(protocol, 0, phone, to(channel));
                var ofPhoneLater = open(protocol, 1, phoneLater, to(channel));
                var ofLaptop = open(protocol, 0, laptop, to(channel));
                var another = open(protocol, 1, laptop, to(channel))) {

            assertThat(revoke("{\"token\":\"" + user + "-1\"}").status()).isEqualTo(201);
            Expect.end(ofPhone);
            assertThat(refusal(protocol, 0, phone)).isEqualTo("revoked");
            assertThat(ofPhoneLater.ended()).isEmpty();

            assertThat(revoke("{\"session\":\"" + user + "-phone\"}").status()).isEqualTo(201);
            Expect.end(ofPhoneLater);
            assertThat(refusal(protocol, 1, phoneLater)).isEqualTo("revoked");

            var connection =
                    another.controls("open").get(0).members().path("session").asText();
            assertThat(connection).isNotEmpty();
            assertThat(revoke("{\"session\":\"" + connection + "\"}").status()).isEqualTo(201);
            Expect.end(another);

            sluice.producer().text(channel, "after");
            Expect.eventWith(ofLaptop, "after");
            try (var again = open(protocol, 1, laptop, to(channel))) {
                assertThat(again.ended()).isEmpty();
            }
        }
    }

    @Test
    void shouldRevokeTheUserOfOneIssuerOnly() {
        var user = Sluice.unique("mallory");
        var token = sluice.token(user);

        assertThat(revoke("{\"user\":\"" + user + "\",\"issuer\":\"https://another.example\"}")
                        .status())
                .isEqualTo(201);
        // Revocations come in order: when this one is known, so is the one before.
        var canary = sluice.mint(TokenRequest.of(user).claim("jti", user + "-canary"));
        assertThat(revoke("{\"token\":\"" + user + "-canary\"}").status()).isEqualTo(201);
        Expect.until(
                "that it is known", () -> Door.PUBLISHER.reason(sluice, canary).equals("revoked"));

        assertThat(Door.PUBLISHER.refusal(sluice, token)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"WEBSOCKET", "WEBSOCKET_PROTOBUF", "GRPC_CONNECT"})
    void shouldNotTakeARevokedTokenForARefresh(Protocol protocol) {
        var user = Sluice.unique("mallory");
        var token = sluice.mint(TokenRequest.of(user).claim("jti", user + "-1"));
        try (var connection =
                (Conversation) open(protocol, 0, sluice.token(user), to(Sluice.unique("rooms.refresh")))) {
            assertThat(revoke("{\"token\":\"" + user + "-1\"}").status()).isEqualTo(201);
            Expect.until(
                    "that it is known",
                    () -> Door.PUBLISHER.reason(sluice, token).equals("revoked"));
            Expect.until(
                    "that the edge knows",
                    () -> Door.WEBSOCKET.reason(sluice, token).equals("revoked")
                            && Door.GRPC.reason(sluice, token).equals("revoked"));

            connection.auth("refresh", token);

            assertThat(Expect.answer(connection, "refresh")
                            .members()
                            .path("reason")
                            .asText())
                    .isEqualTo("revoked");
            assertThat(connection.ended()).isEmpty();
        }
    }

    /** One such record, and no reader would hear of another, not after a restart either. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+1000000000-12-31T23:59:59.999999999Z",
                "-1000000000-01-01T00:00:00Z",
                "+292278995-01-01T00:00:00Z",
                "soon"
            })
    void shouldReadOnWhateverTimeARecordSays(String before) throws Exception {
        var config = Map.<String, Object>of(
                "bootstrap.servers", sluice.stack().kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            var user = Sluice.unique("nobody");
            producer.send(new ProducerRecord<>(
                            "sluice.revocations", user, "{\"user\":\"" + user + "\",\"before\":\"" + before + "\"}"))
                    .get();
        }
        var user = Sluice.unique("mallory");
        var token = sluice.token(user);
        assertThat(revoke("{\"user\":\"" + user + "\"}").status()).isEqualTo(201);
        for (var door : Door.values()) {
            Expect.until("that " + door + " has read on", () -> door.reason(sluice, token)
                    .equals("revoked"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldShutEveryDoor(Door door) {
        var user = Sluice.unique("mallory");
        var token = sluice.mint(TokenRequest.of(user).claim("jti", user + "-1"));
        assertThat(door.refusal(sluice, token)).isEmpty();

        assertThat(revoke("{\"token\":\"" + user + "-1\"}").status()).isEqualTo(201);

        Expect.until("that it is known", () -> door.reason(sluice, token).equals("revoked"));
    }

    /** Ready means that it is known who was revoked, so the first request of all is refused. */
    @Test
    void shouldGoOnRefusingAfterARestart() {
        var user = Sluice.unique("mallory");
        var token = sluice.token(user);
        var bystander = sluice.token(user + "-namesake");
        assertThat(revoke("{\"user\":\"" + user + "\"}").status()).isEqualTo(201);
        var replicas = Component.EDGES.stream()
                .map(edge -> sluice.stack().service(edge, 1))
                .toList();

        replicas.parallelStream().forEach(Service::restart);

        for (var protocol : List.of(Protocol.SSE, Protocol.WEBSOCKET, Protocol.GRPC)) {
            assertThat(refusal(protocol, 1, token)).isEqualTo("revoked");
            open(protocol, 1, bystander, to(Sluice.unique("rooms.restarted"))).close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "nonsense | body",
                "[] | body",
                "{} | body",
                "{\"issuer\":\"i\"} | body",
                "{\"user\":\"a\",\"token\":\"b\"} | body",
                "{\"user\":\"\"} | user",
                "{\"user\":7} | user",
                "{\"token\":null} | token",
                "{\"session\":\"s\",\"issuer\":7} | issuer",
                "{\"users\":\"a\"} | users"
            })
    void shouldSayWhatIsWrongWithACall(String body, String field) {
        var refusal = revoke(body).refusal();

        assertThat(refusal.reason()).isEqualTo("malformed");
        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal.detail()).isNotEmpty();
    }

    @Test
    void shouldBeForThoseWithTheRole() {
        var refusal = revoke(sluice.admin(), "{\"user\":\"alice\"}").refusal();

        assertThat(refusal.reason()).isEqualTo("forbidden");
        assertThat(refusal.detail()).contains("sluice-admin");
        assertThat(revoke("", "{\"user\":\"alice\"}").status()).isEqualTo(401);
    }

    private Answer revoke(String body) {
        return revoke(sluice.mint(TokenRequest.of("operator").role("sluice-admin")), body);
    }

    private Answer revoke(String token, String body) {
        return Http.send(Http.request(sluice.url(Component.PUBLISHER).resolve("/v1/revocations"), token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private Connection open(Protocol protocol, int replica, String token, SubscriptionRequest request) {
        var connection = protocol.subscribe(sluice.url(protocol.edge(), replica), token, request);
        Expect.started(connection);
        return connection;
    }

    /** Why a connection is refused; Java's WebSocket client does not say. */
    private String refusal(Protocol protocol, int replica, String token) {
        var edge = sluice.url(protocol.edge(), replica);
        if (protocol.edge() == Component.WS_EDGE) {
            return RawHandshake.open(
                            edge,
                            "/v1/ws",
                            Map.of("Authorization", "Bearer " + token, "Sec-WebSocket-Protocol", "sluice.v1.json"))
                    .refusal()
                    .reason();
        }
        try (var connection = protocol.subscribe(edge, token, to("rooms.revoked"))) {
            return Expect.refusal(connection).reason();
        }
    }

    private static String endOf(Protocol protocol) {
        return switch (protocol) {
            case SSE, NDJSON -> "200 ";
            case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS -> "4401 revoked";
            case GRPC, GRPC_CONNECT, GRPC_WEB, GRPC_WEB_TEXT -> "UNAUTHENTICATED revoked";
        };
    }
}
