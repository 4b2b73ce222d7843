package dev.sluice.system.identity;

import static dev.sluice.client.SubscriptionRequest.to;

import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Refusal;
import dev.sluice.client.http.Producer;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.util.Map;
import java.util.Optional;

/** Every way in, for a token that is shown to it. All lead to what everybody who is signed in may do. */
enum Door {
    PUBLISHER {
        @Override
        Optional<Refusal> refusal(Sluice sluice, String token) {
            var answer =
                    new Producer(sluice.url(Component.PUBLISHER), token).post(NewEvent.text("rooms.door", "knock"));
            return answer.status() == 201 ? Optional.empty() : Optional.of(answer.refusal());
        }
    },
    SSE {
        @Override
        Optional<Refusal> refusal(Sluice sluice, String token) {
            return refusalOf(sluice.subscribe(Protocol.SSE, token, to("rooms.door")));
        }
    },
    WEBSOCKET {
        @Override
        Optional<Refusal> refusal(Sluice sluice, String token) {
            var answer = RawHandshake.open(
                    sluice.url(Component.WS_EDGE),
                    "/v1/ws",
                    Map.of("Authorization", "Bearer " + token, "Sec-WebSocket-Protocol", "sluice.v1.json"));
            return answer.status() == 101 ? Optional.empty() : Optional.of(answer.refusal());
        }
    },
    GRPC {
        @Override
        Optional<Refusal> refusal(Sluice sluice, String token) {
            return refusalOf(sluice.subscribe(Protocol.GRPC, token, to("rooms.door")));
        }
    };

    /** Why the holder of the token is not let in; empty for who is. */
    abstract Optional<Refusal> refusal(Sluice sluice, String token);

    /** Its reason; empty for who is let in. */
    String reason(Sluice sluice, String token) {
        return refusal(sluice, token).map(Refusal::reason).orElse("");
    }

    private static Optional<Refusal> refusalOf(Connection connection) {
        try (connection) {
            Expect.until(
                    "that it begins or is refused",
                    () -> connection.start().isPresent() || connection.refusal().isPresent());
            return connection.refusal();
        }
    }
}
