package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@EachProtocol
class DeliveryIT {

    private static final int BIG = 200 * 1024;

    private final Protocol protocol;
    private final Sluice sluice;
    private final String channel;

    DeliveryIT(Protocol protocol, Sluice sluice) {
        this.protocol = protocol;
        this.sluice = sluice;
        this.channel = Sluice.unique("delivery." + protocol);
    }

    @Test
    void shouldOpenFirstAndSayWhatToExpect() {
        try (var connection = sluice.subscribe(protocol, to(channel))) {
            assertThat(Expect.started(connection)).isNotEmpty();
            var first = connection.received().get(0);
            assertThat(first).isInstanceOf(Received.Control.class);
            var open = (Received.Control) first;
            assertThat(open.kind()).isEqualTo("open");
            assertThat(open.members().path("session").asText()).isNotEmpty();
            assertThat(open.members().path("heartbeatIntervalMs").asLong()).isEqualTo(1_000);
            assertThat(Instant.parse(open.members().path("serverTime").asText()))
                    .isBetween(
                            Instant.now().minus(Expect.PATIENCE), Instant.now().plus(Expect.PATIENCE));
            assertThat(Instant.parse(open.members().path("tokenExpires").asText()))
                    .isAfter(Instant.now().plus(Duration.ofHours(11)));
        }
    }

    @Test
    void shouldDeliverEachEventOnceInOrder() {
        try (var connection = sluice.subscribe(protocol, to(channel))) {
            Expect.started(connection);
            var texts = IntStream.range(0, 50).mapToObj(i -> "event " + i).toList();
            texts.forEach(text -> sluice.producer().text(channel, text));
            assertThat(Expect.events(connection, texts.size()))
                    .extracting(Received.Event::text)
                    .containsExactlyElementsOf(texts);
        }
    }

    @Test
    void shouldShowAllAttributes() {
        var event = NewEvent.json(channel, "{\"order\":42}")
                .id("id-1")
                .type("order.shipped")
                .source("/tests/orders")
                .attribute("subject", "42")
                .attribute("region", "eu");
        try (var connection = sluice.subscribe(protocol, to(channel).wholeEvents())) {
            Expect.started(connection);
            sluice.producer().cloudEvent(event);
            var received = Expect.events(connection, 1).get(0);
            assertThat(received.channel()).isEqualTo(channel);
            assertThat(received.id()).isEqualTo("id-1");
            assertThat(received.type()).isEqualTo("order.shipped");
            assertThat(received.source()).isEqualTo("/tests/orders");
            assertThat(received.contentType()).isEqualTo("application/json");
            assertThat(received.text()).isEqualTo("{\"order\":42}");
            assertThat(received.attributes()).containsEntry("subject", "42").containsEntry("region", "eu");
        }
    }

    @Test
    void shouldFillInWhatAPlainPostDoesNotSay() {
        var alice = sluice.producer(sluice.token("alice"));
        var room = "rooms." + channel;
        try (var connection = sluice.subscribe(protocol, to(room).wholeEvents())) {
            Expect.started(connection);
            var receipt = alice.post(NewEvent.text(room, "hello")).json();
            var received = Expect.eventWith(connection, "hello");
            assertThat(received.type()).isEqualTo("message");
            assertThat(received.source()).isEqualTo("/users/alice");
            assertThat(received.id()).isNotEmpty().isEqualTo(receipt.path("id").asText());
            assertThat(received.channel())
                    .isEqualTo(room)
                    .isEqualTo(receipt.path("channel").asText());
        }
    }

    @Test
    void shouldDeliverSeveralChannelsAndNoOthers() {
        var a = channel + ".a";
        var b = channel + ".b";
        try (var connection = sluice.subscribe(protocol, to(a, b).wholeEvents())) {
            Expect.started(connection);
            sluice.producer().text(a, "1");
            sluice.producer().text(channel + ".c", "not asked for");
            sluice.producer().text(b, "2");
            Expect.eventWith(connection, "1");
            Expect.eventWith(connection, "2");
            sluice.producer().text(a, "last");
            Expect.eventWith(connection, "last");
            assertThat(connection.events())
                    .extracting(event -> event.channel() + " " + event.text())
                    .containsExactlyInAnyOrder(a + " 1", b + " 2", a + " last");
        }
    }

    @Test
    void shouldDeliverWhatAPatternMatches() {
        try (var one = sluice.subscribe(protocol, to(channel + ".*.x").wholeEvents());
                var many = sluice.subscribe(protocol, to(channel + ".**").wholeEvents())) {
            Expect.started(one);
            Expect.started(many);
            sluice.producer().text(channel + ".a.x", "a.x");
            sluice.producer().text(channel + ".a.y", "a.y");
            sluice.producer().text(channel + ".a.b.x", "a.b.x");
            sluice.producer().text(channel, "the prefix alone");
            sluice.producer().text(channel + ".b.x", "b.x");
            Expect.events(many, 4);
            Expect.events(one, 2);
            assertThat(one.events()).extracting(Received.Event::text).containsExactlyInAnyOrder("a.x", "b.x");
            assertThat(many.events())
                    .extracting(Received.Event::text)
                    .containsExactlyInAnyOrder("a.x", "a.y", "a.b.x", "b.x");
        }
    }

    @Test
    void shouldDeliverAnEventOnceThoughSeveralOfItsPatternsMatch() {
        try (var connection = sluice.subscribe(protocol, to(channel + ".a", channel + ".*", channel + ".**"))) {
            Expect.started(connection);
            sluice.producer().text(channel + ".a", "once");
            sluice.producer().text(channel + ".a", "last");
            Expect.eventWith(connection, "last");
            assertThat(connection.events()).extracting(Received.Event::text).containsExactly("once", "last");
        }
    }

    @Test
    void shouldDeliverOnlyWhatTheFilterLetsPass() {
        var request = to(channel).filter("type = 'order.shipped' AND EXISTS region");
        try (var connection = sluice.subscribe(protocol, request)) {
            Expect.started(connection);
            var shipped = NewEvent.text(channel, "shipped").source("/tests").type("order.shipped");
            sluice.producer().cloudEvent(shipped.id("1"));
            sluice.producer().cloudEvent(shipped.id("2").type("order.paid").attribute("region", "eu"));
            sluice.producer().cloudEvent(shipped.id("3").attribute("region", "eu"));
            Expect.events(connection, 1);
            sluice.producer().cloudEvent(shipped.id("4").attribute("region", "us"));
            Expect.events(connection, 2);
            assertThat(connection.events()).extracting(Received.Event::text).containsExactly("shipped", "shipped");
        }
    }

    @Test
    void shouldDeliverARepeatedPostWithTheSameSourceAndIdOnce() {
        try (var connection = sluice.subscribe(protocol, to(channel).wholeEvents())) {
            Expect.started(connection);
            sluice.producer().accepted(NewEvent.text(channel, "first").id("same"));
            sluice.producer().accepted(NewEvent.text(channel, "repeated").id("same"));
            sluice.producer().text(channel, "last");
            Expect.eventWith(connection, "last");
            assertThat(connection.events()).extracting(Received.Event::text).containsExactly("first", "last");
        }
    }

    @Test
    void shouldKeepUnicodeAndLineBreaks() {
        var text = "grüße, 漢字, 👩‍🚀, \u0001\ttab\n\nsecond line: \"quoted\" \\ </script> \u2028 end\n";
        try (var connection = sluice.subscribe(protocol, to(channel).wholeEvents())) {
            Expect.started(connection);
            sluice.producer().text(channel, text);
            assertThat(Expect.events(connection, 1).get(0).text()).isEqualTo(text);
        }
    }

    @Test
    void shouldKeepBinaryPayloads() {
        var bytes = new byte[1000];
        new Random(7).nextBytes(bytes);
        try (var connection = sluice.subscribe(protocol, to(channel).wholeEvents())) {
            Expect.started(connection);
            sluice.producer().accepted(NewEvent.of(channel, "application/octet-stream", bytes));
            var received = Expect.events(connection, 1).get(0);
            assertThat(received.data()).isEqualTo(bytes);
            assertThat(received.contentType()).isEqualTo("application/octet-stream");
        }
    }

    @Test
    void shouldDeliverBigPayloads() {
        var text = "0123456789abcdef".repeat(BIG / 16);
        try (var connection = sluice.subscribe(protocol, to(channel))) {
            Expect.started(connection);
            sluice.producer().text(channel, text);
            sluice.producer().text(channel, "small");
            Expect.eventWith(connection, "small");
            assertThat(connection.events()).extracting(Received.Event::text).containsExactly(text, "small");
        }
    }

    /** Time-outs of clients and proxies differ; an operator bounds what they may ask for. */
    @Test
    void shouldBeatAsOftenAsAskedFor() {
        try (var connection = sluice.subscribe(protocol, to(channel).with("heartbeat", "5"))) {
            Expect.started(connection);
            var told = protocol.isConversation()
                    ? connection.answer(Protocol.SUBSCRIPTION).orElseThrow().members()
                    : Expect.control(connection, "open").members();
            assertThat(told.path("heartbeatIntervalMs").asLong())
                    .as(told.toString())
                    .isEqualTo(5_000);
        }
        for (var seconds : List.of("1", "61")) {
            try (var connection = sluice.subscribe(protocol, to(channel).with("heartbeat", seconds))) {
                assertThat(Expect.refusal(connection).summary()).isEqualTo(protocol.refusal("malformed", "heartbeat"));
            }
        }
    }

    /** Each attribute costs its bytes with each event: whoever needs none gets cursor and data. */
    @Test
    void shouldSendNoMoreThanTheFieldsThatWereAskedFor() {
        try (var bare = sluice.subscribe(protocol, to(channel).with("fields", "none"));
                var some = sluice.subscribe(protocol, to(channel).wholeEvents().with("fields", "type,region"));
                var all = sluice.subscribe(protocol, to(channel).wholeEvents().with("fields", "all"))) {
            List.of(bare, some, all).forEach(Expect::started);
            var event =
                    NewEvent.text(channel, "x").id("fields").source("/tests").type("order");
            sluice.producer().cloudEvent(event.attribute("region", "eu").attribute("other", "o"));
            var first = Expect.events(bare, 1).get(0);
            assertThat(first.text()).isEqualTo("x");
            assertThat(first.cursor()).isNotEmpty();
            assertThat(first.attributes()).doesNotContainKeys("region", "other");
            assertThat(first.channel()).isEmpty();
            var second = Expect.events(some, 1).get(0);
            assertThat(second.type()).isEqualTo("order");
            assertThat(second.attributes()).containsEntry("region", "eu").doesNotContainKey("other");
            var third = Expect.events(all, 1).get(0);
            assertThat(third.channel()).isEqualTo(channel);
            assertThat(third.attributes()).containsEntry("region", "eu").containsEntry("other", "o");
        }
    }

    @Test
    void shouldDeliverEventsWithoutData() {
        try (var connection = sluice.subscribe(protocol, to(channel))) {
            Expect.started(connection);
            sluice.producer()
                    .cloudEvent(NewEvent.of(channel, "", new byte[0])
                            .id("1")
                            .source("/t")
                            .type("nothing"));
            sluice.producer().text(channel, "last");
            Expect.eventWith(connection, "last");
            assertThat(connection.events()).extracting(Received.Event::type).containsExactly("nothing", "message");
        }
    }
}
