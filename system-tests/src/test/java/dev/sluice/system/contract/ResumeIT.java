package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a subscription starts. All positions are in the memory of the replicas. */
@EachMainProtocol
class ResumeIT {

    private final Protocol protocol;
    private final Sluice sluice;
    private final String channel;

    ResumeIT(Protocol protocol, Sluice sluice) {
        this.protocol = protocol;
        this.sluice = sluice;
        this.channel = Sluice.unique("resume." + protocol);
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldGoOnExactlyAfterACursorOfAnyProtocolOnAnotherReplica(Protocol before) {
        String cursor;
        try (var connection = sluice.subscribe(before, 0, to(channel))) {
            Expect.started(connection);
            post("1", "2", "3", "4", "5");
            cursor = Expect.events(connection, 5).get(2).cursor();
        }
        try (var connection = sluice.subscribe(protocol, 1, to(channel).cursor(cursor))) {
            Expect.started(connection);
            post("6");
            assertTexts(connection, "4", "5", "6");
        }
    }

    @Test
    void shouldGoOnExactlyAfterACursorOfAPattern() {
        var pattern = to(channel + ".*").wholeEvents();
        List<Received.Event> all;
        try (var connection = sluice.subscribe(protocol, 0, pattern)) {
            Expect.started(connection);
            for (var i = 0; i < 40; i++) {
                sluice.producer().text(channel + "." + i, "" + i);
            }
            all = Expect.events(connection, 40);
        }
        var seen = all.subList(0, 20);
        try (var connection =
                sluice.subscribe(protocol, 1, pattern.cursor(seen.get(19).cursor()))) {
            assertThat(Expect.events(connection, 20))
                    .extracting(Received.Event::channel)
                    .containsExactlyInAnyOrderElementsOf(all.subList(20, 40).stream()
                            .map(Received.Event::channel)
                            .toList());
        }
    }

    @Test
    void shouldGoOnExactlyAfterAReceiptOfThePublisher() {
        post("1");
        var cursor = sluice.producer().text(channel, "2");
        post("3", "4");
        try (var connection = sluice.subscribe(protocol, to(channel).cursor(cursor))) {
            assertTexts(connection, "3", "4");
        }
    }

    @Test
    void shouldDeliverEverythingSinceItOpenedOnceMore() {
        String open;
        try (var connection = sluice.subscribe(protocol, to(channel))) {
            open = Expect.started(connection);
            post("1", "2", "3");
            Expect.events(connection, 3);
        }
        try (var connection = sluice.subscribe(protocol, to(channel).cursor(open))) {
            assertTexts(connection, "1", "2", "3");
        }
    }

    @Test
    void shouldMoveTheCursorByHeartbeatsThoughTheFilterLetsNothingPass() {
        String moved;
        try (var everything = sluice.subscribe(protocol, to(channel));
                var nothing = sluice.subscribe(protocol, to(channel).filter("type = 'never'"))) {
            Expect.started(everything);
            Expect.started(nothing);
            post("1", "2", "3");
            Expect.events(everything, 3);
            // The one on its way may have been written before these events were read.
            var heartbeats = nothing.controls("heartbeat").size();
            Expect.until(
                    "two more heartbeats", () -> nothing.controls("heartbeat").size() >= heartbeats + 2);
            moved = nothing.controls("heartbeat").get(heartbeats + 1).cursor();
            assertThat(nothing.events()).isEmpty();
        }
        try (var connection = sluice.subscribe(protocol, to(channel).cursor(moved))) {
            Expect.started(connection);
            post("4");
            assertTexts(connection, "4");
        }
    }

    @Test
    void shouldStartWithTheNewestEventsThatMatch() {
        post("1", "2", "3", "4");
        sluice.producer().text(channel + ".other", "other");
        try (var connection = sluice.subscribe(protocol, 1, to(channel).last(2))) {
            Expect.started(connection);
            Expect.eventWith(connection, "4");
            post("5");
            assertTexts(connection, "3", "4", "5");
        }
    }

    @Test
    void shouldStartWithTheNewestEventsInTheirOrderWhenItAsksForMoreThanThereAre() {
        post("1", "2");
        try (var connection = sluice.subscribe(protocol, to(channel).last(10_000))) {
            assertTexts(connection, "1", "2");
        }
    }

    @Test
    void shouldStartAtATimeOfTheLog() {
        post("before");
        var since = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
        Expect.until("that it is later", () -> Instant.now().isAfter(since));
        post("1", "2");
        try (var connection = sluice.subscribe(protocol, 1, to(channel).since(since.toString()))) {
            Expect.started(connection);
            Expect.eventWith(connection, "2");
            post("3");
            assertTexts(connection, "1", "2", "3");
        }
    }

    @Test
    void shouldTellAGapWhenTheTopicIsNotTheOneOfTheCursor() {
        var gone = Cursor.single(TopicBinding.of("sluice.events", "AAAAAAAAAAAAAAAAAAAAAQ"), 12, 0, 7);
        try (var connection = sluice.subscribe(protocol, to(channel).cursor(gone.toString()))) {
            var gap = Expect.control(connection, "gap");
            assertThat(gap.members().path("reason").asText()).isEqualTo("topic-recreated");
            assertThat(gap.members().path("from").asText()).isEqualTo(gone.toString());
            assertThat(gap.members().path("to").asText()).isNotEmpty();
            assertThat(gap.cursor()).isNotEmpty();
            post("after the gap");
            Expect.eventWith(connection, "after the gap");
        }
    }

    @Test
    void shouldPreferTheCursorToOtherStarts() {
        post("1");
        var cursor = sluice.producer().text(channel, "2");
        post("3");
        var request = to(channel).last(3).since("2020-01-01T00:00:00Z").cursor(cursor);
        try (var connection = sluice.subscribe(protocol, request)) {
            Expect.started(connection);
            post("4");
            assertTexts(connection, "3", "4");
        }
    }

    private void post(String... texts) {
        for (var text : texts) {
            sluice.producer().text(channel, text);
        }
    }

    private static void assertTexts(Connection connection, String... texts) {
        Expect.eventWith(connection, texts[texts.length - 1]);
        assertThat(connection.events()).extracting(Received.Event::text).containsExactly(texts);
        assertThat(connection.controls("gap")).isEmpty();
    }
}
