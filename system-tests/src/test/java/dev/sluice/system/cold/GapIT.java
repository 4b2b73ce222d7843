package dev.sluice.system.cold;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Received;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log is cut off below a cursor; and the limit that an operator sets. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GapIT {
    private static final int MANY = 3 * SmallMemory.EVENTS;

    private final Sluice sluice = new Sluice(SmallMemory.builder("gap").start());

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOneGapThenEverythingThatTheLogStillHas(Protocol protocol) {
        var hall = Sluice.unique("gap." + protocol);
        var channel = hall + ".c";
        for (var channels : List.of(channel, hall + ".*")) {
            String cursor;
            try (var first = sluice.subscribe(protocol, to(channels))) {
                Expect.started(first);
                sluice.producer().text(channel, "had");
                cursor = Expect.eventWith(first, "had").cursor();
            }
            post(channel, "lost", MANY);
            Kafka.of(sluice).deleteAll();
            post(channel, "kept", MANY);

            var edge = sluice.url(protocol.edge());
            var gaps = gapsOf(edge);
            try (var back = sluice.subscribe(protocol, to(channels).cursor(cursor))) {
                Expect.eventWith(back, "kept" + (MANY - 1));
                assertThat(back.controls("gap")).hasSize(1);
                var gap = back.controls("gap").get(0);
                assertThat(gap.members().path("reason").asText()).isEqualTo("expired");
                assertThat(gap.members().path("from").asText()).isEqualTo(cursor);
                assertThat(gap.members().path("to").asText()).isEqualTo(gap.cursor());
                assertThat(back.events())
                        .extracting(Received.Event::text)
                        .containsExactlyElementsOf(texts("kept", MANY));
                // What the gap says can be gone on from, without another gap.
                try (var again = sluice.subscribe(protocol, to(channels).cursor(gap.cursor()))) {
                    Expect.eventWith(again, "kept" + (MANY - 1));
                    assertThat(again.controls("gap")).isEmpty();
                    assertThat(again.events()).hasSize(MANY);
                }
            }
            assertThat(gapsOf(edge)).isEqualTo(gaps + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"SSE", "NDJSON", "WEBSOCKET", "WEBSOCKET_CLOUDEVENTS", "WEBSOCKET_PROTOBUF", "GRPC", "GRPC_CONNECT"
            })
    void shouldEndInsteadWhenAskedTo(Protocol protocol) {
        var channel = Sluice.unique("gap.close." + protocol);
        var cursor = sluice.producer().text(channel, "had");
        post(channel, "lost", MANY);
        Kafka.of(sluice).deleteAll();
        post(channel, "kept", MANY);
        try (var back = sluice.subscribe(protocol, to(channel).cursor(cursor).with("on-gap", "close"))) {
            var close = Expect.control(back, "close");
            assertThat(close.members().path("reason").asText()).isEqualTo("gap");
            assertThat(close.cursor()).isEqualTo(cursor);
            assertThat(back.events()).isEmpty();
            assertThat(back.controls("gap")).isEmpty();
            if (!protocol.isConversation()) {
                Expect.end(back);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void shouldMissAndReorderNothingOfChannelsThatMoveBecausePartitionsAreAdded(int more) {
        var hall = Sluice.unique("gap.moved");
        var channels = IntStream.range(0, 20).mapToObj(i -> hall + ".c" + i).toList();
        try (var live = sluice.subscribe(Protocol.SSE, to(hall + ".*"))) {
            Expect.started(live);
            var single = channels.stream()
                    .map(channel -> Posts.text(sluice.producer(), channel, channel + "#0"))
                    .toList();
            IntStream.range(1, 10).forEach(number -> postTo(channels, number));
            Kafka.of(sluice).addPartitions(more);
            // So that posts go on while edges and publisher find out, one after the other.
            IntStream.range(10, 40).forEach(number -> postTo(channels, number));
            Expect.events(live, channels.size() * 40);
            channels.forEach(channel -> assertThat(live.events().stream()
                            .map(Received.Event::text)
                            .filter(text -> text.startsWith(channel + "#")))
                    .containsExactlyElementsOf(texts(channel + "#", 40)));
            for (var i = 0; i < channels.size(); i++) {
                var protocol = Protocol.MAIN.get(i % 3);
                try (var back = sluice.subscribe(protocol, to(channels.get(i)).cursor(single.get(i)))) {
                    assertThat(Expect.events(back, 39))
                            .extracting(Received.Event::text)
                            .containsExactlyElementsOf(
                                    texts(channels.get(i) + "#", 40).subList(1, 40));
                    assertThat(back.controls("gap")).isEmpty();
                }
            }
        }
    }

    private void postTo(List<String> channels, int number) {
        Posts.toEach(sluice.producer(), channels, "#" + number);
    }

    private static double gapsOf(URI edge) {
        return Scrape.of(edge).sum("sluice_gaps_total", "reason=\"expired\"");
    }

    private void post(String channel, String text, int count) {
        Posts.texts(sluice.producer(), channel, texts(text, count));
    }

    private static List<String> texts(String text, int count) {
        return IntStream.range(0, count).mapToObj(number -> text + number).toList();
    }
}
