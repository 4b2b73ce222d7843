package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Acknowledged subscriptions: their position lives on the server. */
@EachMainProtocol
class DurableIT {
    private final Protocol protocol;
    private final Sluice sluice;
    private final Acks acks;
    private final String channel;
    private final String name;

    DurableIT(Protocol protocol, Sluice sluice) {
        this.protocol = protocol;
        this.sluice = sluice;
        this.acks = new Acks(sluice, sluice.admin());
        this.channel = Sluice.unique("durable." + protocol);
        this.name = Sluice.unique("it." + protocol);
    }

    private SubscriptionRequest request() {
        return to(channel).durable(name);
    }

    private void post(String... texts) {
        for (var text : texts) {
            sluice.producer().text(channel, text);
        }
    }

    private static void assertTexts(Connection connection, String... texts) {
        assertThat(Expect.events(connection, texts.length))
                .extracting(Received.Event::text)
                .containsExactly(texts);
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldSendAgainWhatWasNotAcknowledgedOnAnyReplicaAndProtocol(Protocol next) {
        try (var connection = sluice.subscribe(protocol, 0, request())) {
            Expect.started(connection);
            post("1", "2", "3");
            var events = Expect.events(connection, 3);
            acks.acknowledge(protocol, connection, name, events.get(1).cursor());
        }
        post("4");
        try (var connection = sluice.subscribe(next, 1, request())) {
            assertTexts(connection, "3", "4");
            acks.acknowledge(
                    next, connection, name, Expect.events(connection, 2).get(1).cursor());
        }
        post("5");
        try (var connection = sluice.subscribe(protocol, 0, request())) {
            assertTexts(connection, "5");
        }
    }

    @Test
    void shouldSendAllAgainWhenNothingWasAcknowledged() {
        post("before");
        try (var connection = sluice.subscribe(protocol, 0, request())) {
            Expect.started(connection);
        }
        post("1", "2");
        for (var replica = 0; replica < 2; replica++) {
            try (var connection = sluice.subscribe(protocol, replica, request())) {
                assertTexts(connection, "1", "2");
            }
        }
    }

    @Test
    void shouldStopAtTheWindowUntilItIsAcknowledged() {
        try (var connection = sluice.subscribe(protocol, 0, request().maxUnacked(2))) {
            Expect.started(connection);
            post("1", "2", "3", "4", "5");
            assertTexts(connection, "1", "2");
            var heartbeats = connection.controls("heartbeat").size();
            Expect.until(
                    "two heartbeats more",
                    () -> connection.controls("heartbeat").size() >= heartbeats + 2);
            assertTexts(connection, "1", "2");
            for (var acknowledged = 0; acknowledged < 3; acknowledged++) {
                var cursor = connection.events().get(acknowledged).cursor();
                acks.acknowledge(protocol, connection, name, cursor);
                Expect.events(connection, acknowledged + 3);
            }
            assertTexts(connection, "1", "2", "3", "4", "5");
        }
    }

    /** A selective client's position moves on though it gets nothing. */
    @Test
    void shouldTakeAHeartbeatForAnAcknowledgement() {
        var selective = request().filter("type = 'never'");
        String cursor;
        try (var connection = sluice.subscribe(protocol, 0, selective)) {
            Expect.started(connection);
            post("1");
            var start = connection.start().orElseThrow();
            cursor = Expect.eventually("that a heartbeat moves on", () -> connection.controls("heartbeat").stream()
                    .map(Received.Control::cursor)
                    .filter(moved -> !moved.isEmpty() && !moved.equals(start))
                    .findFirst());
            acks.acknowledge(protocol, connection, name, cursor);
        }
        try (var connection = sluice.subscribe(protocol, 1, selective)) {
            assertThat(Expect.started(connection)).isEqualTo(cursor);
        }
    }

    @Test
    void shouldEndTheEarlierHolderOfTheName() {
        try (var first = sluice.subscribe(protocol, 0, request())) {
            Expect.started(first);
            post("1");
            Expect.events(first, 1);
            try (var second = sluice.subscribe(protocol, 1, request())) {
                assertTexts(second, "1");
                var close = Expect.eventually("that the first hears of it", () -> first.controls("close").stream()
                        .findFirst());
                assertThat(close.members().path("reason").asText()).isEqualTo("superseded");
                post("2");
                assertTexts(second, "1", "2");
                assertThat(first.events()).hasSize(1);
            }
        }
    }

    @Test
    void shouldForgetANameThatIsGivenUp() {
        try (var connection = sluice.subscribe(protocol, 0, request())) {
            Expect.started(connection);
        }
        post("1");
        acks.forget(protocol, name);
        try (var connection = sluice.subscribe(protocol, 1, request())) {
            Expect.started(connection);
            post("2");
            assertTexts(connection, "2");
        }
    }

    @Test
    void shouldKeepTheNamesOfUsersApart() {
        var alice = sluice.mint(TokenRequest.of("alice").role("reader"));
        var bob = sluice.mint(TokenRequest.of("bob").role("reader"));
        try (var connection = sluice.subscribe(protocol, alice, request())) {
            Expect.started(connection);
            post("1");
            assertTexts(connection, "1");
            try (var other = sluice.subscribe(protocol, bob, request())) {
                Expect.started(other);
                post("2");
                assertTexts(other, "2");
                assertTexts(connection, "1", "2");
            }
        }
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertThat(refusal(to(channel).durable("no name"))).isEqualTo(protocol.refusal("malformed", "durable"));
        assertThat(refusal(to(channel).durable("x".repeat(101)))).isEqualTo(protocol.refusal("malformed", "durable"));
        var field = protocol.edge() == Component.GRPC_EDGE || protocol == Protocol.WEBSOCKET_PROTOBUF
                ? "max_unacked"
                : "max-unacked";
        assertThat(refusal(to(channel).maxUnacked(7))).isEqualTo(protocol.refusal("malformed", field));
        assertThat(refusal(request().maxUnacked(1_000_000))).isEqualTo(protocol.refusal("malformed", field));
    }

    private String refusal(SubscriptionRequest request) {
        try (var connection = sluice.subscribe(protocol, request)) {
            return Expect.refusal(connection).summary();
        }
    }
}
