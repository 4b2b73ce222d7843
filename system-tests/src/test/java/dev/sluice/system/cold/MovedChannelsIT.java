package dev.sluice.system.cold;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Received;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A replica that starts after partitions were added reads its memory window at once, and all partitions in the order of the log. */
@Tag("full")
class MovedChannelsIT {
    private static final int BEFORE = 50;
    private static final int AFTER = 50;

    @Test
    void shouldReorderNothingOnAReplicaThatStartsLater() {
        var builder = Sluice.builder("moved")
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.SSE_EDGE);
        try (var sluice = new Sluice(builder.start())) {
            var hall = Sluice.unique("moved");
            var channels = IntStream.range(0, 20).mapToObj(i -> hall + ".c" + i).toList();
            String beginning;
            try (var live = sluice.subscribe(Protocol.SSE, to(hall + ".*"))) {
                beginning = Expect.started(live);
            }
            var first = channels.stream()
                    .map(channel -> Posts.text(sluice.producer(), channel, "0"))
                    .toList();
            IntStream.range(1, BEFORE).forEach(number -> Posts.toEach(sluice.producer(), channels, "#" + number));
            Kafka.of(sluice).addPartitions(7);
            IntStream.range(BEFORE, BEFORE + AFTER)
                    .forEach(number -> Posts.toEach(sluice.producer(), channels, "#" + number));
            sluice.stack().service(Component.SSE_EDGE, 0).restart();

            try (var pattern = sluice.subscribe(
                    Protocol.SSE, to(hall + ".*").cursor(beginning).wholeEvents())) {
                var events = Expect.events(pattern, channels.size() * (BEFORE + AFTER));
                for (var channel : channels) {
                    assertThat(events.stream()
                                    .filter(event -> event.channel().equals(channel))
                                    .map(Received.Event::text))
                            .as(channel)
                            .containsExactlyElementsOf(texts(channel, 0));
                }
            }
            for (var i = 0; i < channels.size(); i++) {
                try (var one =
                        sluice.subscribe(Protocol.SSE, to(channels.get(i)).cursor(first.get(i)))) {
                    assertThat(Expect.events(one, BEFORE + AFTER - 1))
                            .extracting(Received.Event::text)
                            .containsExactlyElementsOf(texts(channels.get(i), 1));
                }
            }
        }
    }

    private static List<String> texts(String channel, int from) {
        return IntStream.range(from, BEFORE + AFTER)
                .mapToObj(number -> number == 0 ? "0" : channel + "#" + number)
                .toList();
    }
}
