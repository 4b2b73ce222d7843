package dev.sluice.system.seed;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A chat: the {@code ConnectionManager} that broadcasts is Kafka, so the two may be on different replicas. */
@ExtendWith(SharedSluice.class)
class ChatIT {

    private final Sluice sluice;
    private final String room = Sluice.unique("rooms.chat");

    ChatIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldLetTwoUsersOfARoomTalk() {
        try (var alice = enter("alice", 0);
                var bob = enter("bob", 1)) {
            say(alice, "1", "hello");
            Expect.eventWith(bob, "{\"text\":\"hello\"}");
            say(bob, "1", "hi alice");
            Expect.eventWith(alice, "{\"text\":\"hi alice\"}");
            say(alice, "2", "how are you?");
            for (var user : new WebSocketClient[] {alice, bob}) {
                assertThat(Expect.events(user, 3))
                        .extracting(event -> event.source() + " " + event.text())
                        .containsExactly(
                                "/users/alice {\"text\":\"hello\"}",
                                "/users/bob {\"text\":\"hi alice\"}",
                                "/users/alice {\"text\":\"how are you?\"}");
            }
        }
    }

    @Test
    void shouldShowTheNewestMessagesToWhoComesLater() {
        try (var alice = enter("alice", 0)) {
            say(alice, "1", "first");
            say(alice, "2", "second");
            Expect.answer(alice, "2");
            try (var bob = WebSocketClient.connect(
                    sluice.url(Component.WS_EDGE, 1), sluice.token("bob"), Subprotocol.JSON, to(room).last(10))) {
                assertThat(Expect.events(bob, 2))
                        .extracting(Received.Event::subscription, Received.Event::text)
                        .containsExactly(tuple("url", "{\"text\":\"first\"}"), tuple("url", "{\"text\":\"second\"}"));
            }
        }
    }

    private WebSocketClient enter(String user, int replica) {
        var socket =
                WebSocketClient.connect(sluice.url(Component.WS_EDGE, replica), sluice.token(user), Subprotocol.JSON);
        socket.subscribe("room", to(room));
        Expect.answer(socket, "room");
        return socket;
    }

    private void say(WebSocketClient socket, String id, String text) {
        socket.publish(id, NewEvent.json(room, "{\"text\":\"" + text + "\"}"));
        assertThat(Expect.answer(socket, id).op()).isEqualTo("published");
    }
}
