package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What only those can do who talk back. */
@EachConversation
class ConversationIT {

    private final Talk talk;
    private final Sluice sluice;
    private final String channel;

    ConversationIT(Talk talk, Sluice sluice) {
        this.talk = talk;
        this.sluice = sluice;
        this.channel = Sluice.unique("conversation." + talk);
    }

    @Test
    void shouldAnswerEachOperationByItsId() {
        try (var conversation = talk.open(sluice, sluice.admin())) {
            conversation.ping("first");
            conversation.subscribe("second", to(channel));
            conversation.ping("third");
            assertThat(Expect.answer(conversation, "first").op()).isEqualTo("pong");
            assertThat(Expect.answer(conversation, "third").op()).isEqualTo("pong");
            var subscribed = Expect.answer(conversation, "second");
            assertThat(subscribed.op()).isEqualTo("subscribed");
            assertThat(subscribed.subscription()).isEqualTo("second");
            assertThat(subscribed.cursor()).isNotEmpty();
        }
    }

    @Test
    void shouldCarrySeveralSubscriptionsThatDoNotTouchEachOther() {
        try (var conversation = talk.open(sluice, sluice.admin())) {
            conversation.subscribe("exact", to(channel + ".a"));
            conversation.subscribe("pattern", to(channel + ".*"));
            Expect.answer(conversation, "exact");
            Expect.answer(conversation, "pattern");
            sluice.producer().text(channel + ".a", "both");
            sluice.producer().text(channel + ".b", "one");
            Expect.eventWith(conversation, "one");
            Expect.until("all three deliveries", () -> conversation.events().size() == 3);
            assertThat(conversation.events("exact"))
                    .extracting(Received.Event::text)
                    .containsExactly("both");
            assertThat(conversation.events("pattern"))
                    .extracting(Received.Event::text)
                    .containsExactlyInAnyOrder("both", "one");
        }
    }

    @Test
    void shouldGiveEachSubscriptionItsOwnHeartbeat() {
        try (var conversation = talk.open(sluice, sluice.admin())) {
            conversation.subscribe("a", to(channel + ".a"));
            conversation.subscribe("b", to(channel + ".b"));
            for (var subscription : List.of("a", "b")) {
                Expect.until("a heartbeat of " + subscription, () -> conversation.controls("heartbeat").stream()
                        .anyMatch(heartbeat -> heartbeat.subscription().equals(subscription)
                                && !heartbeat.cursor().isEmpty()));
            }
        }
    }

    @Test
    void shouldDeliverNothingOfASubscriptionAfterItsEnd() {
        try (var conversation = talk.open(sluice, sluice.admin())) {
            conversation.subscribe("stays", to(channel));
            conversation.subscribe("goes", to(channel));
            Expect.answer(conversation, "stays");
            Expect.answer(conversation, "goes");
            sluice.producer().text(channel, "1");
            Expect.until("both deliveries", () -> conversation.events().size() == 2);

            conversation.unsubscribe("u", "goes");
            var unsubscribed = Expect.answer(conversation, "u");
            assertThat(unsubscribed.op()).isEqualTo("unsubscribed");
            assertThat(unsubscribed.members().path("subscription").asText(unsubscribed.subscription()))
                    .isEqualTo("goes");
            sluice.producer().text(channel, "2");
            Expect.eventWith(conversation, "2");
            assertThat(conversation.events("goes"))
                    .extracting(Received.Event::text)
                    .containsExactly("1");

            var cursor = unsubscribed.cursor().isEmpty()
                    ? unsubscribed.members().path("cursor").asText()
                    : unsubscribed.cursor();
            conversation.subscribe("back", to(channel).cursor(cursor));
            Expect.until("what was missed", () -> !conversation.events("back").isEmpty());
            assertThat(conversation.events("back"))
                    .extracting(Received.Event::text)
                    .containsExactly("2");
        }
    }

    @Test
    void shouldLetANameBeUsedAgainOnceItsSubscriptionIsOver() {
        try (var conversation = talk.open(sluice, sluice.admin())) {
            conversation.subscribe("name", to(channel));
            conversation.unsubscribe("u", "name");
            Expect.answer(conversation, "u");
            conversation.subscribe("name", to(channel));
            Expect.until(
                    "a second answer",
                    () -> conversation.answers().stream()
                                    .filter(answer -> answer.id().equals("name"))
                                    .count()
                            == 2);
            assertThat(conversation.answers()).noneMatch(Received.Answer::isError);
        }
    }

    @Test
    void shouldRefuseASecondSubscriptionOfTheSameName() {
        try (var conversation = talk.open(sluice, sluice.admin())) {
            conversation.subscribe("name", to(channel));
            Expect.answer(conversation, "name");
            conversation.subscribe("name", to(channel));
            assertThat(Expect.refusal(conversation).summary()).isEqualTo("error malformed id");
            sluice.producer().text(channel, "still there");
            Expect.eventWith(conversation, "still there");
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchSubscription() {
        try (var conversation = talk.open(sluice, sluice.admin())) {
            conversation.unsubscribe("u", "nothing");
            assertThat(Expect.refusal(conversation).summary()).isEqualTo("error not-found subscription");
        }
    }

    @Test
    void shouldPublishToClientsOfEveryProtocol() {
        var listeners = new ArrayList<Connection>();
        try (var conversation = talk.open(sluice, sluice.admin())) {
            for (var protocol : Protocol.MAIN) {
                listeners.add(sluice.subscribe(protocol, to(channel).wholeEvents()));
            }
            listeners.forEach(Expect::started);
            conversation.publish(
                    "p",
                    NewEvent.json(channel, "{\"text\":\"hello\"}")
                            .id("event-1")
                            .type("chat")
                            .attribute("mood", "good"));
            var published = Expect.answer(conversation, talk == Talk.WEBSOCKET_CLOUDEVENTS ? "event-1" : "p");
            assertThat(published.op()).isEqualTo("published");
            for (var listener : listeners) {
                var event = Expect.events(listener, 1).get(0);
                assertThat(event.channel()).isEqualTo(channel);
                assertThat(event.id()).isEqualTo("event-1");
                assertThat(event.type()).isEqualTo("chat");
                assertThat(event.text()).isEqualTo("{\"text\":\"hello\"}");
                assertThat(event.attributes()).containsEntry("mood", "good");
                assertThat(event.cursor())
                        .isEqualTo(published.members().path("cursor").asText());
            }
        } finally {
            listeners.forEach(Connection::close);
        }
    }

    @Test
    void shouldPublishTextAndBytes() {
        var bytes = new byte[] {0, 1, -1, 10, 13, 127, -128};
        try (var conversation = talk.open(sluice, sluice.admin());
                var listener = sluice.subscribe(Protocol.GRPC, to(channel))) {
            Expect.started(listener);
            conversation.publish("t", NewEvent.text(channel, "grüße\n"));
            conversation.publish("b", NewEvent.of(channel, "application/octet-stream", bytes));
            var events = Expect.events(listener, 2);
            assertThat(events.get(0).text()).isEqualTo("grüße\n");
            assertThat(events.get(1).data()).isEqualTo(bytes);
        }
    }

    @Test
    void shouldPublishInTheOrderInWhichItWasSent() {
        try (var conversation = talk.open(sluice, sluice.admin());
                var listener = sluice.subscribe(Protocol.SSE, to(channel))) {
            Expect.started(listener);
            var texts = new ArrayList<String>();
            for (var i = 0; i < 100; i++) {
                texts.add("text " + i);
                conversation.publish("p" + i, NewEvent.text(channel, "text " + i));
            }
            assertThat(Expect.events(listener, 100))
                    .extracting(Received.Event::text)
                    .containsExactlyElementsOf(texts);
        }
    }

    @Test
    void shouldRefuseToPublishWhereItMayNot() {
        try (var conversation = talk.open(sluice, sluice.token("alice"))) {
            conversation.publish("p", NewEvent.text("orders.1", "no"));
            assertThat(Expect.refusal(conversation).summary()).isEqualTo("error forbidden channel");
            conversation.publish("q", NewEvent.text("rooms." + channel, "yes"));
            assertThat(Expect.answer(conversation, "q").op()).isEqualTo("published");
        }
    }

    @Test
    void shouldRefuseTheTokenOfAnotherUser() {
        try (var conversation = talk.open(sluice, sluice.token("alice"))) {
            conversation.auth("a", sluice.token("bob"));
            assertThat(Expect.refusal(conversation).summary()).isEqualTo("error forbidden token");
            conversation.ping("p");
            Expect.answer(conversation, "p");
        }
    }

    @Test
    void shouldEndASubscriptionThatAFreshTokenDoesNotAllowAnyMore() {
        var granted = Map.of("subscribe", List.of(channel));
        try (var conversation =
                talk.open(sluice, sluice.mint(TokenRequest.of("alice").claim("sluice", granted)))) {
            conversation.subscribe("claimed", to(channel));
            conversation.subscribe("own", to("users.alice.**"));
            Expect.answer(conversation, "claimed");
            Expect.answer(conversation, "own");
            conversation.auth("a", sluice.token("alice"));
            var close = Expect.control(conversation, "close");
            assertThat(close.subscription()).isEqualTo("claimed");
            assertThat(close.members().path("reason").asText()).isEqualTo("forbidden");
            sluice.producer().text("users.alice." + channel, "still mine");
            Expect.eventWith(conversation, "still mine");
        }
    }
}
