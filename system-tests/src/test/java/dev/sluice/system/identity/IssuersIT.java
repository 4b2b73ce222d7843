package dev.sluice.system.identity;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.Conversation;
import dev.sluice.client.Json;
import dev.sluice.client.grpc.ConnectClient;
import dev.sluice.client.http.Http;
import dev.sluice.client.sse.SseClient;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.LocalStackBuilder;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.stack.Wire;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two issuers, {@code sluice} and {@code partner}, each behind a wire on which one sees whether it is asked. The services ask for keys
 * once an hour at most, so that what they ask for is not a matter of time.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IssuersIT {
    private static final String PARTNER = "partner";
    private static final String PARTNERS_AUDIENCE = "sluice-of-partners";
    private static final String COOKIE = "sluice_token";
    private static final int BEFORE_THE_KEYS_ARE_ASKED_FOR = 1;
    private static final int LATER = 2;
    private static final int LAST = 3;

    private final LocalStack issuers = Sluice.builder("issuers-identity")
            .only(Component.KAFKA, Component.IDENTITY)
            .start();
    private final Wire first = wire();
    private final Wire second = wire();
    private final Sluice sluice = new Sluice(services("issuers").start());

    private Wire wire() {
        try {
            return Wire.to(issuers.service(Component.IDENTITY).url());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private LocalStackBuilder services(String name) {
        var builder = Sluice.builder(name)
                .only(Component.PUBLISHER, Component.SSE_EDGE, Component.WS_EDGE, Component.GRPC_EDGE);
        for (var service : Sluice.SERVICES) {
            builder.env(service, "KAFKA_BOOTSTRAP_SERVERS", issuers.kafka().bootstrapServers())
                    .env(service, "QUARKUS_OIDC_AUTH_SERVER_URL", first.url() + "/" + TokenRequest.ISSUER)
                    .env(service, "QUARKUS_OIDC_CONNECTION_TIMEOUT", "2S")
                    .env(service, "QUARKUS_OIDC_TOKEN_FORCED_JWK_REFRESH_INTERVAL", "1H")
                    .env(service, "SLUICE_AUTH_ISSUERS_PARTNER_URL", second.url() + "/" + PARTNER)
                    .env(service, "SLUICE_AUTH_ISSUERS_PARTNER_AUDIENCE", PARTNERS_AUDIENCE)
                    .env(service, "SLUICE_AUTH_ISSUERS_PARTNER_ROLES_CLAIM", "groups");
        }
        Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_BROWSER_COOKIE", COOKIE));
        return builder;
    }

    @AfterAll
    void stop() throws IOException {
        sluice.close();
        first.close();
        second.close();
        issuers.close();
    }

    private TokenRequest ofFirst(String user) {
        return TokenRequest.of(user).claim("iss", first.url() + "/" + TokenRequest.ISSUER);
    }

    private TokenRequest ofPartner(String user) {
        return TokenRequest.of(user)
                .issuer(PARTNER)
                .audience(PARTNERS_AUDIENCE)
                .claim("iss", second.url() + "/" + PARTNER);
    }

    private String mint(TokenRequest request) {
        return issuers.identity().mint(request);
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    @Order(BEFORE_THE_KEYS_ARE_ASKED_FOR)
    void shouldTakeTokensOfEachIssuer(Protocol protocol) {
        var channel = Sluice.unique("rooms.issuers");
        try (var ours = sluice.subscribe(protocol, mint(ofFirst("alice")), to(channel));
                var theirs = sluice.subscribe(protocol, mint(ofPartner("alice")), to(channel))) {
            Expect.started(ours);
            Expect.started(theirs);
            sluice.producer(mint(ofPartner("bob"))).text(channel, "from a partner");
            sluice.producer(mint(ofFirst("bob"))).text(channel, "from us");
            for (var connection : List.of(ours, theirs)) {
                Expect.eventWith(connection, "from a partner");
                Expect.eventWith(connection, "from us");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    @Order(BEFORE_THE_KEYS_ARE_ASKED_FOR)
    void shouldReadRolesWhereTheIssuerPutsThem(Protocol protocol) {
        var channel = Sluice.unique("orders.issuers");
        var inGroups = mint(ofPartner("carol").claim("groups", List.of("reader")));
        try (var connection = sluice.subscribe(protocol, inGroups, to(channel))) {
            Expect.started(connection);
        }
        try (var connection = sluice.subscribe(protocol, mint(ofPartner("carol").role("reader")), to(channel))) {
            assertThat(Expect.refusal(connection).reason()).isEqualTo("forbidden");
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    @Order(BEFORE_THE_KEYS_ARE_ASKED_FOR)
    void shouldAskOfEachIssuersTokensItsOwnAudience(Door door) {
        knowsBothIssuers(door);
        for (var token : List.of(
                ofPartner("alice").audience(TokenRequest.AUDIENCE),
                ofFirst("alice").audience(PARTNERS_AUDIENCE))) {
            assertThat(door.refusal(sluice, mint(token))).hasValueSatisfying(refusal -> {
                assertThat(refusal.reason()).isEqualTo("unauthenticated");
                assertThat(refusal.detail()).contains("aud");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    @Order(BEFORE_THE_KEYS_ARE_ASKED_FOR)
    void shouldAskNobodyAboutTokensThatAreOfNobodyHere(Door door) {
        knowsBothIssuers(door);
        var ours = first.asked();
        var theirs = second.asked();
        var good = mint(ofFirst("alice"));
        for (var token : List.of(
                "an-opaque-token",
                "two.parts",
                "four.parts.are.none",
                "an.encrypted.token.has.five",
                "e30.e30.e30",
                good.replaceFirst("\\..*\\.", ".."),
                withPayload(good, "{\"iss\":7}"),
                withPayload(good, "{\"iss\":\"any\"}"),
                mint(TokenRequest.of("alice").issuer("elsewhere")),
                mint(TokenRequest.of("alice")),
                mint(ofFirst("alice").claim("iss", first.url() + "/" + TokenRequest.ISSUER + "/")))) {
            assertThat(door.reason(sluice, token)).as(token).isEqualTo("unauthenticated");
        }
        assertThat(first.asked()).isEqualTo(ours);
        assertThat(second.asked()).isEqualTo(theirs);
    }

    /** On a busy machine a service may have started before an issuer had answered; then it asks again with the next tokens. */
    private void knowsBothIssuers(Door door) {
        for (var token : List.of(mint(ofFirst("alice")), mint(ofPartner("alice")))) {
            Expect.until(door + " knows both issuers", () -> door.reason(sluice, token)
                    .isEmpty());
        }
    }

    private static String withPayload(String token, String payload) {
        var encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8));
        return token.replaceFirst("\\.[^.]*\\.", "." + encoded + ".");
    }

    @Test
    @Order(BEFORE_THE_KEYS_ARE_ASKED_FOR)
    void shouldTakeTheSameNameOfAnotherIssuerForAnotherUser() {
        try (var socket = WebSocketClient.connect(
                        sluice.url(Component.WS_EDGE), mint(ofFirst("alice")), Subprotocol.JSON);
                var call = ConnectClient.connect(sluice.url(Component.GRPC_EDGE), mint(ofPartner("alice")))) {
            assertRenews(socket, ofFirst("alice"), ofPartner("alice"));
            assertRenews(call, ofPartner("alice"), ofFirst("alice"));
        }
    }

    private void assertRenews(Conversation conversation, TokenRequest own, TokenRequest others) {
        conversation.auth("others", mint(others));
        assertThat(Expect.answer(conversation, "others")
                        .members()
                        .path("reason")
                        .asText())
                .isEqualTo("forbidden");
        conversation.auth("opaque", "opaque");
        assertThat(Expect.answer(conversation, "opaque")
                        .members()
                        .path("reason")
                        .asText())
                .isEqualTo("unauthenticated");
        conversation.auth("own", mint(own));
        assertThat(Expect.answer(conversation, "own").op()).isEqualTo("authenticated");
    }

    @Test
    @Order(BEFORE_THE_KEYS_ARE_ASKED_FOR)
    void shouldTakeTokensOfEachIssuerFromABrowser() {
        var channel = Sluice.unique("rooms.issuers.browser");
        for (var token : List.of(mint(ofFirst("alice")), mint(ofPartner("alice")))) {
            try (var connection = SseClient.stream(
                    sluice.url(Component.SSE_EDGE), "", to(channel).with("ticket", ticket(token, "/v1/stream")))) {
                Expect.started(connection);
            }
            var byTicket = RawHandshake.open(
                    sluice.url(Component.WS_EDGE),
                    "/v1/ws?ticket=" + ticket(token, "/v1/ws"),
                    Map.of("Sec-WebSocket-Protocol", "sluice.v1.json"));
            assertThat(byTicket.status()).isEqualTo(101);
            var bySubprotocol = RawHandshake.open(
                    sluice.url(Component.WS_EDGE),
                    "/v1/ws",
                    Map.of("Sec-WebSocket-Protocol", "sluice.v1.json, sluice.bearer." + token));
            assertThat(bySubprotocol.status()).isEqualTo(101);
            var byCookie =
                    Http.request(sluice.url(Component.SSE_EDGE).resolve("/v1/poll?wait=0&channel=" + channel), "");
            assertThat(Http.send(byCookie.header("Cookie", COOKIE + "=" + token)
                                    .header("Sec-Fetch-Site", "same-origin"))
                            .status())
                    .isEqualTo(200);
        }
    }

    private String ticket(String token, String path) {
        return Http.send(Http.request(sluice.url(Component.GRPC_EDGE).resolve("/v1/tickets"), token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                Json.object().put("for", path).toString())))
                .json()
                .path("ticket")
                .asText();
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    @Order(LATER)
    void shouldAskForTheKeysOnceHoweverManyTokensAreForged(Door door) {
        knowsBothIssuers(door);
        var forged = mint(ofFirst("alice").signedBy("elsewhere"));
        var theirs = second.asked();
        assertThat(door.reason(sluice, forged)).isEqualTo("unauthenticated");
        var ours = first.asked();
        for (var attempt = 0; attempt < 20; attempt++) {
            assertThat(door.refusal(sluice, forged)).hasValueSatisfying(refusal -> {
                assertThat(refusal.reason()).isEqualTo("unauthenticated");
                assertThat(refusal.detail()).contains("key");
            });
        }
        assertThat(first.asked()).isEqualTo(ours);
        assertThat(second.asked()).isEqualTo(theirs);
        assertThat(door.reason(sluice, mint(ofFirst("alice")))).isEmpty();
        assertThat(door.reason(sluice, mint(ofPartner("alice").signedBy(TokenRequest.ISSUER))))
                .isEqualTo("unauthenticated");
    }

    @Test
    @Order(LAST)
    void shouldStartWithoutItsIssuersAndFindThemLater() {
        var edge = sluice.stack().service(Component.SSE_EDGE);
        var token = mint(ofFirst("alice"));
        var partners = mint(ofPartner("alice"));
        issuers.service(Component.IDENTITY).stop();
        edge.restart();

        assertThat(Door.SSE.reason(sluice, token)).isEqualTo("unavailable");
        assertThat(Door.SSE.reason(sluice, partners)).isEqualTo("unavailable");
        assertThat(Door.SSE.reason(sluice, "an-opaque-token")).isEqualTo("unauthenticated");

        issuers.service(Component.IDENTITY).start();
        Expect.until(
                "that tokens are taken", () -> Door.SSE.reason(sluice, token).isEmpty());
        Expect.until("that the partner's keys are there", () -> List.of("", "unauthenticated")
                .contains(Door.SSE.reason(sluice, partners)));
        assertThat(Door.SSE.reason(sluice, mint(ofPartner("alice")))).isEmpty();
    }

    @Test
    @Order(LAST)
    void shouldNotStartWithAnIssuerWhoseTokensMayBeForAnybody() throws IOException {
        var builder = services("issuers-wrong")
                .only(Component.SSE_EDGE)
                .env(Component.SSE_EDGE, "SLUICE_AUTH_ISSUERS_PARTNER_AUDIENCE", "any");
        assertThatThrownBy(builder::start).hasMessageContaining("ended with code 1");
        assertThat(Files.readString(Path.of("target/stacks/issuers-wrong/logs/sse-edge.log")))
                .contains("sluice.auth.issuers.partner.audience: an audience is needed");
    }
}
