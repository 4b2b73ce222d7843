package dev.sluice.system.contract;

import static dev.sluice.system.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@EachProtocol
class TokenExpiryIT {

    private static final Duration SHORT = Duration.ofSeconds(4);

    private final Protocol protocol;
    private final Sluice sluice;

    TokenExpiryIT(Protocol protocol, Sluice sluice) {
        this.protocol = protocol;
        this.sluice = sluice;
    }

    @Test
    void shouldWarnAndEndWithItsTokenAndLoseNothing() {
        var channel = Sluice.unique("rooms.expiry." + protocol);
        var token = sluice.mint(TokenRequest.of("alice").ttl(SHORT));
        String cursor;
        try (var connection = sluice.subscribe(protocol, token, to(channel))) {
            Expect.started(connection);
            sluice.producer().text(channel, "before");
            var expiring = Expect.control(connection, "expiring");
            Expect.eventWith(connection, "before");
            var end = Expect.end(connection);
            var expires = Instant.parse(expiring.members().path("tokenExpires").asText());
            assertThat(Instant.now()).isAfterOrEqualTo(expires.minusMillis(50));

            var received = connection.received();
            var close = connection.controls("close").get(0);
            assertThat(received.get(received.size() - 1)).isEqualTo(close);
            assertThat(close.members().path("reason").asText()).isEqualTo("token-expired");
            assertThat(close.members().path("reconnectAfterMs").asLong()).isNotNegative();
            assertThat(end.summary()).isEqualTo(endOf(protocol));
            cursor = protocol.isConversation() ? connection.events().get(0).cursor() : close.cursor();
            assertThat(cursor).isNotEmpty();
        }
        sluice.producer().text(channel, "meanwhile");
        try (var connection =
                sluice.subscribe(protocol, sluice.token("alice"), to(channel).cursor(cursor))) {
            Expect.started(connection);
            sluice.producer().text(channel, "after");
            Expect.eventWith(connection, "after");
            assertThat(connection.events()).hasSize(2);
        }
    }

    private static String endOf(Protocol protocol) {
        return switch (protocol) {
            case SSE, NDJSON -> "200 ";
            case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS -> "4401 token-expired";
            case GRPC, GRPC_CONNECT, GRPC_WEB, GRPC_WEB_TEXT -> "UNAUTHENTICATED token-expired";
        };
    }
}
