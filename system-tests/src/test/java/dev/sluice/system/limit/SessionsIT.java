package dev.sluice.system.limit;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Connection;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator is told of the sessions of a replica, on a port that clients do not have. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionsIT {
    private static final String FILLING = "x".repeat(64 * 1024);

    private final Map<Component, Integer> ports = new EnumMap<>(Component.class);
    private final Sluice sluice = start();

    private Sluice start() {
        var builder = Sluice.builder("sessions");
        for (var edge : Component.EDGES) {
            ports.put(edge, freePort());
            builder.env(edge, "SLUICE_OPERATOR_PORT", String.valueOf(ports.get(edge)));
        }
        return new Sluice(builder.start());
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    private URI sessions(Component edge, String query) {
        return URI.create("http://127.0.0.1:" + ports.get(edge) + "/sessions" + query);
    }

    private List<JsonNode> list(Component edge) {
        var all = new ArrayList<JsonNode>();
        Http.get(sessions(edge, "")).json().path("sessions").forEach(all::add);
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayWhoListensToWhatAndHowMuchItGot(Protocol protocol) {
        var channel = Sluice.unique("rooms.sessions");
        try (var client = sluice.subscribe(protocol, sluice.token("alice"), to(channel, "users.alice.**"))) {
            Expect.started(client);
            sluice.producer().text(channel, "listed");
            Expect.eventWith(client, "listed");
            var session = Expect.eventually("the session with what it got", () -> list(protocol.edge()).stream()
                    .filter(one -> one.path("subscriptions")
                                    .path(0)
                                    .path("channels")
                                    .toString()
                                    .contains(channel + '"')
                            && one.path("bytes").asLong() > 0)
                    .findFirst());
            assertThat(session.path("user").asText()).isEqualTo("alice");
            assertThat(session.path("issuer").asText()).startsWith("http");
            assertThat(session.path("protocol").asText()).isEqualTo(name(protocol));
            assertThat(session.path("ageSeconds").isIntegralNumber()).isTrue();
            assertThat(session.path("opened").asText()).endsWith("Z");
            assertThat(session.path("tokenExpires").asText()).endsWith("Z");
            var subscription = session.path("subscriptions").path(0);
            assertThat(subscription.path("channels").toString()).isEqualTo("[\"" + channel + "\",\"users.alice.**\"]");
            assertThat(subscription.path("live").asBoolean()).isTrue();
            assertThat(subscription.path("lag").asLong(-1)).isZero();
        }
        Expect.until("that nobody is listed", () -> list(protocol.edge()).isEmpty());
    }

    private static String name(Protocol protocol) {
        return switch (protocol) {
            case SSE -> "sse";
            case NDJSON -> "ndjson";
            case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS -> "websocket";
            case GRPC, GRPC_CONNECT -> "grpc";
            case GRPC_WEB, GRPC_WEB_TEXT -> "grpc-web";
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldSayHowFarBehindASlowOneIs(Protocol protocol) {
        var channel = Sluice.unique("rooms.slow");
        try (var slow = sluice.subscribe(protocol, to(channel))) {
            Expect.started(slow);
            slow.pauseReading();
            Expect.until("that it is behind", () -> {
                sluice.producer().text(channel, FILLING);
                return list(protocol.edge()).stream()
                        .map(session -> session.path("subscriptions").path(0))
                        .anyMatch(subscription -> !subscription.path("live").asBoolean()
                                && subscription.path("lag").asLong() > 1);
            });
            slow.resumeReading();
            Expect.until("that it is live again", () -> list(protocol.edge()).stream()
                    .map(session -> session.path("subscriptions").path(0))
                    .allMatch(subscription -> subscription.path("live").asBoolean()
                            && subscription.path("lag").asLong() == 0));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldListAllPageByPage(Protocol protocol) {
        var clients = new ArrayList<Connection>();
        try {
            for (int i = 0; i < 7; i++) {
                clients.add(sluice.subscribe(protocol, sluice.token("user" + i), to("rooms.lobby")));
            }
            clients.forEach(Expect::started);
            var users = new ArrayList<String>();
            var after = "";
            var pages = 0;
            do {
                var page = Http.get(sessions(protocol.edge(), "?limit=3" + (after.isEmpty() ? "" : "&after=" + after)))
                        .json();
                page.path("sessions")
                        .forEach(session -> users.add(session.path("user").asText()));
                after = page.path("after").asText();
                pages++;
            } while (!after.isEmpty());
            assertThat(pages).isEqualTo(3);
            assertThat(users).containsExactlyInAnyOrder("user0", "user1", "user2", "user3", "user4", "user5", "user6");
        } finally {
            clients.forEach(Connection::close);
        }
        Expect.until("that nobody is listed", () -> list(protocol.edge()).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldTellNobodyOnThePortOfClients(Component edge) {
        assertThat(Http.send(Http.request(sluice.url(edge).resolve("/sessions"), sluice.admin()))
                        .status())
                .isEqualTo(404);
        assertThat(Http.get(sessions(edge, "?limit=0")).refusal().summary()).isEqualTo("400 malformed limit");
        assertThat(Http.get(sessions(edge, "/more")).refusal().summary()).isEqualTo("404 not-found");
    }
}
