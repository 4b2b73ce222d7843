package dev.sluice.system.identity;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.Connection;
import dev.sluice.client.Conversation;
import dev.sluice.client.NewEvent;
import dev.sluice.client.grpc.ConnectClient;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.local.keycloak.Keycloak;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One Keycloak and one system before it; what is done to the realm is undone, or concerns nobody else. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeycloakIT {
    private static final int LIFESPAN = 900;
    private static final int SHORT_LIFESPAN = 8;

    private final Sluice sluice = start();
    private final Keycloak keycloak = sluice.stack().keycloak();
    private final Realm realm = new Realm(keycloak);
    private int keys = 200;

    private static Sluice start() {
        var builder = Sluice.builder("keycloak").keycloak();
        for (var service : Sluice.SERVICES) {
            builder.env(service, "SLUICE_AUTH_ISSUER_TIMEOUT", "2s");
            builder.env(service, "QUARKUS_OIDC_TOKEN_FORCED_JWK_REFRESH_INTERVAL", "1S");
        }
        builder.env(Component.PUBLISHER, "SLUICE_REVOCATIONS_LOGOUT_AUDIENCE", "people");
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldTakeTheTokenOfAPassword(Protocol protocol) {
        var own = Sluice.unique("users.alice.keycloak");
        try (var connection = sluice.subscribe(protocol, keycloak.token("alice"), to(own))) {
            Expect.started(connection);
            publish(protocol, keycloak.token("alice"), own, "of alice");
            Expect.eventWith(connection, "of alice");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldTakeTheTokenOfClientCredentials(Protocol protocol) {
        var channel = Sluice.unique("orders.keycloak");
        try (var connection = sluice.subscribe(protocol, keycloak.token("carol"), to(channel))) {
            Expect.started(connection);
            publish(protocol, keycloak.robot(), channel, "of a robot");
            Expect.eventWith(connection, "of a robot");
        }
        var own = Sluice.unique("users.service-account-robot.keycloak");
        try (var connection = sluice.subscribe(protocol, keycloak.robot(), to(own))) {
            Expect.started(connection);
            publish(protocol, keycloak.robot(), own, "for a robot");
            Expect.eventWith(connection, "for a robot");
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void shouldRefuseTheTokenOfAnotherApplication(Door door) {
        var token = keycloak.token("elsewhere", "alice", "alice");
        assertThat(door.refusal(sluice, token)).hasValueSatisfying(refusal -> {
            assertThat(refusal.reason()).isEqualTo("unauthenticated");
            assertThat(refusal.detail()).contains("aud");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldGrantWhatTheRolesOfTheTokenDoAndNotThoseOfLaterOnes(Protocol protocol) {
        var user = Sluice.unique("changing");
        var channel = Sluice.unique("orders.roles");
        realm.addUser(user);
        var before = keycloak.token(user);
        assertForbidden(protocol, before, channel);

        realm.addRole(user, "reader");
        assertForbidden(protocol, before, channel);
        try (var connection = sluice.subscribe(protocol, keycloak.token(user), to(channel))) {
            Expect.started(connection);

            realm.removeRole(user, "reader");
            assertForbidden(protocol, keycloak.token(user), channel);
            publish(protocol, keycloak.robot(), channel, "until its token ends");
            Expect.eventWith(connection, "until its token ends");
        }
    }

    @Test
    void shouldLetAUserWhoIsLockedOutGoOnUntilTheTokenEnds() {
        var user = Sluice.unique("leaving");
        var channel = Sluice.unique("rooms.leaving");
        realm.addUser(user);
        var session = keycloak.tokens(
                Map.of("grant_type", "password", "client_id", "people", "username", user, "password", user));
        var lasting = session.path("access_token").asText();
        realm.tokenLifespan(SHORT_LIFESPAN);
        var brief = keycloak.token(user);
        realm.tokenLifespan(LIFESPAN);
        var expires = Instant.ofEpochSecond(Realm.claims(brief).path("exp").asLong());
        var longer = new EnumMap<Protocol, Connection>(Protocol.class);
        var ending = new EnumMap<Protocol, Connection>(Protocol.class);
        try {
            for (var protocol : Protocol.MAIN) {
                ending.put(protocol, sluice.subscribe(protocol, brief, to(channel)));
                longer.put(protocol, sluice.subscribe(protocol, lasting, to(channel)));
            }
            ending.values().forEach(Expect::started);
            longer.values().forEach(Expect::started);

            realm.logOut(user);
            assertThatThrownBy(() -> keycloak.tokens(Map.of(
                            "grant_type", "refresh_token",
                            "client_id", "people",
                            "refresh_token", session.path("refresh_token").asText())))
                    .isInstanceOf(Keycloak.Refused.class)
                    .hasMessageContaining("invalid_grant");
            realm.disable(user);
            assertThatThrownBy(() -> keycloak.token(user))
                    .isInstanceOf(Keycloak.Refused.class)
                    .hasMessageContaining("disabled");

            ending.forEach((protocol, connection) -> {
                Expect.end(connection);
                assertThat(Instant.now()).as("%s", protocol).isAfterOrEqualTo(expires);
                var close = connection.controls("close").get(0);
                assertThat(close.members().path("reason").asText()).isEqualTo("token-expired");
            });
            publish(Protocol.SSE, keycloak.robot(), channel, "to whom it may concern");
            longer.values().forEach(connection -> Expect.eventWith(connection, "to whom it may concern"));
            for (var door : Door.values()) {
                assertThat(door.reason(sluice, brief)).as("%s", door).isEqualTo("token-expired");
                assertThat(door.reason(sluice, lasting)).as("%s", door).isEmpty();
            }
        } finally {
            ending.values().forEach(Connection::close);
            longer.values().forEach(Connection::close);
        }
    }

    @Test
    void shouldEndAllStreamsOfASessionWhenKeycloakTellsOfItsEnd() {
        var user = Sluice.unique("leaving");
        var channel = Sluice.unique("rooms.leaving");
        realm.addUser(user);
        var session = keycloak.tokens(
                Map.of("grant_type", "password", "client_id", "people", "username", user, "password", user));
        var token = session.path("access_token").asText();
        var streams = new EnumMap<Protocol, Connection>(Protocol.class);
        realm.backchannelLogout(
                "people",
                sluice.url(Component.PUBLISHER)
                        .resolve("/v1/backchannel-logout")
                        .toString());
        try {
            for (var protocol : Protocol.MAIN) {
                streams.put(protocol, sluice.subscribe(protocol, token, to(channel)));
            }
            streams.values().forEach(Expect::started);

            realm.logOut(user);

            streams.forEach((protocol, connection) -> {
                Expect.end(connection);
                assertThat(connection
                                .controls("close")
                                .get(0)
                                .members()
                                .path("reason")
                                .asText())
                        .as("%s", protocol)
                        .isEqualTo("revoked");
            });
            for (var door : Door.values()) {
                Expect.until(door + " knows", () -> door.reason(sluice, token).equals("revoked"));
                assertThat(door.refusal(sluice, keycloak.token(user)))
                        .as("%s", door)
                        .isEmpty();
            }
        } finally {
            realm.backchannelLogout("people", "");
            streams.values().forEach(Connection::close);
        }
    }

    /** The publisher takes logout tokens for the client that it is meant for. */
    @ParameterizedTest
    @EnumSource(Door.class)
    void shouldNotTakeAnIdTokenForAnAccessToken(Door door) {
        var tokens = keycloak.tokens(Map.of(
                "grant_type", "password",
                "client_id", "people",
                "username", "alice",
                "password", "alice",
                "scope", "openid"));

        assertThat(door.refusal(sluice, tokens.path("id_token").asText())).hasValueSatisfying(refusal -> {
            assertThat(refusal.reason()).isEqualTo("unauthenticated");
            assertThat(refusal.detail()).contains("aud");
        });
    }

    @Test
    void shouldTakeTokensOfANewKeyAndThoseOfTheOldOne() {
        var old = keycloak.token("bob");
        var fresh = ofANewKey("bob");
        for (var door : Door.values()) {
            Expect.until(door + " knows the new key", () -> door.reason(sluice, fresh)
                    .isEmpty());
            assertThat(door.refusal(sluice, old)).as("%s", door).isEmpty();
        }
    }

    /** Its sockets are open, and nothing comes out of them. */
    @Test
    void shouldGoOnWithKnownKeysWhileKeycloakIsFrozen() {
        assertSurvives(Service::pause, Service::resume);
    }

    @Test
    void shouldGoOnWithKnownKeysWhileKeycloakIsGone() {
        assertSurvives(Service::stop, Service::start);
    }

    private void assertSurvives(Consumer<Service> end, Consumer<Service> recover) {
        var process = sluice.stack().service(Component.KEYCLOAK);
        var channel = Sluice.unique("rooms.outage");
        var known = keycloak.token("bob");
        for (var door : Door.values()) {
            Expect.until(
                    door + " knows the key", () -> door.reason(sluice, known).isEmpty());
        }
        var unknown = ofANewKey("bob");
        try (var stream = sluice.subscribe(Protocol.SSE, known, to(channel));
                var socket = WebSocketClient.connect(sluice.url(Component.WS_EDGE), known, Subprotocol.JSON);
                var call = ConnectClient.connect(sluice.url(Component.GRPC_EDGE), known)) {
            Expect.started(stream);
            List.of(socket, call).forEach(conversation -> conversation.subscribe("s", to(channel)));
            List.of(socket, call).forEach(Expect::started);
            end.accept(process);
            try {
                for (var door : Door.values()) {
                    assertThat(door.refusal(sluice, known)).as("%s", door).isEmpty();
                    // Each time, whether Keycloak is asked again or not yet.
                    for (var attempt = 0; attempt < 2; attempt++) {
                        assertThat(door.reason(sluice, unknown)).as("%s", door).isEqualTo("unavailable");
                    }
                }
                for (Conversation conversation : List.of(socket, call)) {
                    conversation.auth("unknown", unknown);
                    assertThat(Expect.answer(conversation, "unknown")
                                    .members()
                                    .path("reason")
                                    .asText())
                            .isEqualTo("unavailable");
                    conversation.auth("known", known);
                    assertThat(Expect.answer(conversation, "known").op()).isEqualTo("authenticated");
                }
                sluice.producer(known).text(channel, "meanwhile");
                for (Connection connection : List.of(stream, socket, call)) {
                    Expect.eventWith(connection, "meanwhile");
                }
            } finally {
                recover.accept(process);
            }
            for (var door : Door.values()) {
                Expect.until(door + " knows the new key", () -> door.reason(sluice, unknown)
                        .isEmpty());
            }
            socket.auth("unknown again", unknown);
            assertThat(Expect.answer(socket, "unknown again").op()).isEqualTo("authenticated");
        }
    }

    /** Signed with a key that no service has seen yet. */
    private String ofANewKey(String user) {
        var before = keycloak.token(user);
        realm.rotateKey(++keys);
        var token = keycloak.token(user);
        assertThat(Realm.keyOf(token)).isNotEqualTo(Realm.keyOf(before));
        return token;
    }

    private void assertForbidden(Protocol protocol, String token, String channel) {
        try (var connection = sluice.subscribe(protocol, token, to(channel))) {
            assertThat(Expect.refusal(connection).reason()).isEqualTo("forbidden");
        }
    }

    /** Over the protocol itself where it lets its clients publish. */
    private void publish(Protocol protocol, String token, String channel, String text) {
        switch (protocol) {
            case WEBSOCKET ->
                publish(WebSocketClient.connect(sluice.url(Component.WS_EDGE), token, Subprotocol.JSON), channel, text);
            case GRPC -> publish(ConnectClient.connect(sluice.url(Component.GRPC_EDGE), token), channel, text);
            default -> sluice.producer(token).text(channel, text);
        }
    }

    private static void publish(Conversation conversation, String channel, String text) {
        try (conversation) {
            conversation.publish("p", NewEvent.text(channel, text));
            assertThat(Expect.answer(conversation, "p").op()).isEqualTo("published");
        }
    }
}
