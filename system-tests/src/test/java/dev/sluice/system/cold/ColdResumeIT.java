package dev.sluice.system.cold;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory holds 64 events of each replica; whatever is older comes from Kafka, and nobody can tell the difference. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ColdResumeIT {
    private static final int CHANNELS = 10;
    private static final int EVENTS = 30;
    private static final int TOGETHER = 5_000;

    private final Sluice sluice = new Sluice(SmallMemory.builder("cold")
            .replicas(Component.WS_EDGE, 2)
            .replicas(Component.GRPC_EDGE, 3)
            .start());

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGoOnExactlyOnTheNextProtocolAndReplica(boolean fromKafka) {
        var hall = Sluice.unique("cold.relay");
        List<Received.Event> had = new ArrayList<>();
        String cursor;
        try (var sse = sluice.subscribe(Protocol.SSE, to(hall + ".*"))) {
            Expect.started(sse);
            post(hall, 0, EVENTS / 3);
            cursor = takeUpTo(Expect.events(sse, CHANNELS * EVENTS / 3), CHANNELS * EVENTS / 6, had);
        }
        post(hall, EVENTS / 3, 2 * EVENTS / 3);
        if (fromKafka) {
            pushOutOfMemory();
        }
        try (var webSocket =
                sluice.subscribe(Protocol.WEBSOCKET, 1, to(hall + ".*").cursor(cursor))) {
            var missed = CHANNELS * 2 * EVENTS / 3 - had.size();
            cursor = takeUpTo(Expect.events(webSocket, missed), missed / 2, had);
            assertThat(webSocket.controls("gap")).isEmpty();
        }
        post(hall, 2 * EVENTS / 3, EVENTS);
        if (fromKafka) {
            pushOutOfMemory();
        }
        try (var grpc = sluice.subscribe(Protocol.GRPC, 2, to(hall + ".*").cursor(cursor))) {
            var missed = CHANNELS * EVENTS - had.size();
            takeUpTo(Expect.events(grpc, missed), missed, had);
            assertThat(grpc.controls("gap")).isEmpty();
            assertThat(grpc.events()).hasSize(missed);
        }
        Map<String, List<Integer>> byChannel = had.stream()
                .map(event -> event.text().split("#"))
                .collect(Collectors.groupingBy(
                        part -> part[0], Collectors.mapping(part -> Integer.parseInt(part[1]), Collectors.toList())));
        assertThat(byChannel).hasSize(CHANNELS);
        byChannel.values().forEach(numbers -> assertThat(numbers)
                .isEqualTo(IntStream.range(0, EVENTS).boxed().toList()));
    }

    /** @return the cursor after the last that was taken */
    private static String takeUpTo(List<Received.Event> events, int count, List<Received.Event> had) {
        had.addAll(events.subList(0, count));
        return events.get(count - 1).cursor();
    }

    /** The search for the newest takes a moment, or none: whenever a client leaves, before or amid or after it, its place is free. */
    @ParameterizedTest
    @EnumSource
    void shouldFreeTheSlotsOfClientsThatLeaveAtOnce(Protocol protocol) throws Exception {
        var channel = Sluice.unique("cold.hurried");
        var cursor = sluice.producer().text(channel, "old");
        pushOutOfMemory();
        for (var start : List.of(
                to(channel),
                to(channel).last(5),
                to(channel).cursor(cursor),
                to(channel).since("2020-01-01T00:00:00Z"),
                to(channel).durable("hurried"))) {
            for (var patience = 0; patience < 20; patience++) {
                var client = sluice.subscribe(protocol, start);
                // As long as it is connected at all; each a little longer.
                var until = System.nanoTime() + patience * 2_000_000L;
                while (System.nanoTime() < until && client.start().isEmpty()) {
                    Thread.onSpinWait();
                }
                client.close();
            }
            Expect.until("no slot of " + protocol + " taken by who asked for " + start, () -> slots(protocol) == 0);
        }
    }

    /** A consumer that goes elsewhere reads a dedupe window first, which may be far more than what is wanted there. */
    @Test
    void shouldReadTheLogOnceForAllWhoComeBackTogether() {
        var channel = Sluice.unique("cold.together");
        var filler = "x".repeat(1_000);
        Posts.texts(
                sluice.producer(),
                channel,
                IntStream.range(0, TOGETHER).mapToObj(i -> i + filler).toList());
        pushOutOfMemory();
        var edge = sluice.url(Component.SSE_EDGE);
        var before = Scrape.of(edge);
        var clients = Stream.generate(
                        () -> sluice.subscribe(Protocol.SSE, to(channel).since("2020-01-01T00:00:00Z")))
                .limit(CHANNELS)
                .toList();
        clients.forEach(client -> assertThat(Expect.events(client, TOGETHER)).hasSize(TOGETHER));
        clients.forEach(Connection::close);
        var after = Scrape.of(edge);
        var records = after.sum("sluice_cold_records_total", "") - before.sum("sluice_cold_records_total", "");
        var blocks = after.sum("sluice_cold_blocks_total", "") - before.sum("sluice_cold_blocks_total", "");
        var scans = after.sum("sluice_cold_scans_total", "") - before.sum("sluice_cold_scans_total", "");
        System.out.printf(
                "ColdResumeIT: %d clients that had missed %d events: %.0f records read again in %.0f blocks, %.0f scans%n",
                CHANNELS, TOGETHER, records, blocks, scans);
        assertThat(records).isBetween((double) TOGETHER, 1.5 * TOGETHER);
        assertThat(scans).isLessThan(blocks / 8);
    }

    /** What lies in other partitions than the channel's own is not read. */
    @Test
    void shouldReadLittleToFindTheNewestOfAChannel() {
        var channel = Sluice.unique("cold.newest");
        IntStream.range(0, 3).forEach(number -> sluice.producer().text(channel, Integer.toString(number)));
        var others = Sluice.unique("cold.others");
        for (var i = 0; i < CHANNELS; i++) {
            Posts.texts(sluice.producer(), others + ".c" + i, texts(0, 500));
        }
        pushOutOfMemory();
        var edge = sluice.url(Component.SSE_EDGE);
        var before = Scrape.of(edge);
        try (var client = sluice.subscribe(Protocol.SSE, to(channel).last(1))) {
            Expect.eventWith(client, "2");
        }
        var after = Scrape.of(edge);
        var records = after.sum("sluice_cold_records_total", "") - before.sum("sluice_cold_records_total", "");
        System.out.printf(
                "ColdResumeIT: last=1 behind %d events of others: %.0f scans, %.0f records read again%n",
                500 * CHANNELS,
                after.sum("sluice_cold_scans_total", "") - before.sum("sluice_cold_scans_total", ""),
                records);
        assertThat(records).isLessThan(500 * CHANNELS / 2);
    }

    /** Nobody answers while Kafka is away; a client that leaves meanwhile must not keep its place until its token expires. */
    @Test
    @Tag("full")
    void shouldFreeTheSlotsOfClientsThatLeaveWhileTheirBeginIsLookedUp() throws Exception {
        var channel = Sluice.unique("cold.slots");
        var cursor = sluice.producer().text(channel, "old");
        pushOutOfMemory();
        var starts = Map.of(
                "last", to(channel).last(5),
                "cursor", to(channel).cursor(cursor),
                "since", to(channel).since("2020-01-01T00:00:00Z"),
                "durable", to(channel).durable("slots"));
        sluice.stack().kafka().stop();
        try {
            for (var start : starts.entrySet()) {
                for (var protocol : Protocol.values()) {
                    var clients = IntStream.range(0, 5)
                            .mapToObj(i -> sluice.subscribe(protocol, start.getValue()))
                            .toList();
                    if (start.getKey().equals("last")) {
                        Expect.until("that all of " + protocol + " wait", () -> slots(protocol) >= 5);
                    }
                    clients.forEach(Connection::close);
                    Expect.until(
                            "no slot of " + protocol + " taken by who asked for " + start.getKey(),
                            () -> slots(protocol) == 0);
                }
            }
        } finally {
            sluice.stack().kafka().start();
            // The others here need it too.
            Expect.until(
                    "that Kafka acknowledges again",
                    () -> sluice.producer()
                                    .post(NewEvent.text(channel, "afterwards"))
                                    .status()
                            == 201);
        }
    }

    private double slots(Protocol protocol) {
        return Scrape.of(sluice.url(protocol.edge())).sum("sluice_connections_active", "");
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeliverAllSinceAnOldCursorThenGoOnLive(Protocol protocol) {
        var channel = Sluice.unique("cold.old." + protocol);
        var cursor = sluice.producer().text(channel, "0");
        Posts.texts(sluice.producer(), channel, texts(1, 200));
        try (var back = sluice.subscribe(protocol, to(channel).cursor(cursor))) {
            assertTexts(back, channel, 1, 200);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldBeginAtATimeAndWithTheNewestBeyondMemory(Protocol protocol) {
        var channel = Sluice.unique("cold.start." + protocol);
        sluice.producer().text(channel, "before");
        var since = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
        Expect.until("that it is later", () -> Instant.now().isAfter(since));
        Posts.texts(sluice.producer(), channel, texts(0, 150));

        for (var request : List.of(to(channel), to(channel.substring(0, channel.lastIndexOf('.')) + ".*"))) {
            try (var back = sluice.subscribe(protocol, request.since(since.toString()))) {
                Expect.eventWith(back, "149");
                assertThat(back.events()).extracting(Received.Event::text).containsExactlyElementsOf(texts(0, 150));
            }
            try (var back = sluice.subscribe(protocol, request.last(120))) {
                Expect.eventWith(back, "149");
                assertThat(back.events()).extracting(Received.Event::text).containsExactlyElementsOf(texts(30, 150));
            }
        }
    }

    @Test
    void shouldAnswerAPollFromKafkaAlsoWhenItDoesNotWait() {
        var channel = Sluice.unique("cold.poll");
        var cursor = sluice.producer().text(channel, "0");
        Posts.texts(sluice.producer(), channel, texts(1, 200));
        var query = "/v1/poll?channel=" + channel + "&wait=0&limit=1000&cursor=";
        List<String> got = new ArrayList<>();
        while (got.size() < 199) {
            var answer = Http.send(Http.request(sluice.url(Component.SSE_EDGE).resolve(query + cursor), sluice.admin())
                    .GET());
            assertThat(answer.json().path("events")).isNotEmpty();
            answer.json()
                    .path("events")
                    .forEach(event -> got.add(event.path("data").asText()));
            cursor = answer.json().path("cursor").asText();
        }
        assertThat(got).isEqualTo(texts(1, 200));
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldDeliverWhatASlowClientMissedFromKafka(Protocol protocol) {
        var channel = Sluice.unique("cold.slow." + protocol);
        var filling = "x".repeat(64 * 1024);
        try (var slow = sluice.subscribe(protocol, to(channel))) {
            Expect.started(slow);
            slow.pauseReading();
            Posts.texts(
                    sluice.producer(),
                    channel,
                    texts(0, 300).stream().map(number -> number + "#" + filling).toList());
            slow.resumeReading();
            // A minute for each hundred: it is 20 MB.
            Expect.events(slow, 100);
            Expect.events(slow, 200);
            var numbers = Expect.events(slow, 300).stream()
                    .map(event -> Integer.parseInt(event.text().split("#")[0]))
                    .toList();
            assertThat(numbers).isEqualTo(IntStream.range(0, 300).boxed().toList());
            assertThat(slow.controls("gap")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldDeliverARepeatOnceLiveFromMemoryAndFromKafkaAlsoAfterARestart(Protocol protocol) {
        var channel = Sluice.unique("cold.repeat." + protocol);
        var edge = sluice.stack().service(protocol.edge());
        var start = sluice.producer().text(channel, "start");
        try (var live = sluice.subscribe(protocol, to(channel))) {
            Expect.started(live);
            postTwice(channel);
            assertThat(Expect.events(live, 4)).extracting(Received.Event::text).containsExactly("1", "2", "3", "end");
        }
        for (var place : List.of("memory", "Kafka", "restarted", "restarted, Kafka")) {
            if (place.equals("restarted")) {
                edge.restart();
            } else if (place.endsWith("Kafka")) {
                pushOutOfMemory();
            }
            try (var back = sluice.subscribe(protocol, to(channel).cursor(start))) {
                assertThat(Expect.events(back, 4))
                        .as(place)
                        .extracting(Received.Event::text)
                        .containsExactly("1", "2", "3", "end");
            }
        }
    }

    private void postTwice(String channel) {
        Stream.of("1", "2", "1", "3", "2", "3", "1").forEach(text -> sluice.producer()
                .accepted(NewEvent.text(channel, text).id("id-" + text)));
        sluice.producer().text(channel, "end");
    }

    @Test
    void shouldMoveTheCursorOnUnderASelectiveFilterSoThatLittleIsReadAgain() {
        var channel = Sluice.unique("cold.selective");
        var request = to(channel + ".*").with("filter", "type = 'rare'");
        var edge = sluice.url(Component.SSE_EDGE);
        String cursor;
        int events = 20_000;
        try (var selective = sluice.subscribe(Protocol.SSE, request)) {
            Expect.started(selective);
            postMany(channel, events);
            sluice.producer().accepted(NewEvent.text(channel + ".x", "rare").type("rare"));
            Expect.eventWith(selective, "rare");
            postMany(channel, events);
            var beats = selective.controls("heartbeat").size();
            Expect.until(
                    "two more heartbeats", () -> selective.controls("heartbeat").size() >= beats + 2);
            cursor = selective.controls("heartbeat").get(beats + 1).cursor();
        }
        postMany(channel, 500);
        sluice.producer().accepted(NewEvent.text(channel + ".x", "again").type("rare"));
        postMany(channel, 100);
        var before = Scrape.of(edge).sum("sluice_cold_records_total", "");
        try (var back = sluice.subscribe(Protocol.SSE, request.cursor(cursor))) {
            Expect.eventWith(back, "again");
        }
        var read = Scrape.of(edge).sum("sluice_cold_records_total", "") - before;
        System.out.printf(
                "ColdResumeIT: a filter that matched 1 of %d: %d events were written while it was away, %.0f records read again%n",
                2 * events, 601, read);
        // What was written while it was away, and in each partition the rest of a block and the dedupe window before
        // it.
        assertThat(read).isPositive().isLessThan(events);
    }

    private void postMany(String hall, int events) {
        for (var i = 0; i < 50; i++) {
            Posts.texts(sluice.producer(), hall + ".c" + i, "common", texts(0, events / 50));
        }
    }

    // ---- Helpers

    private void post(String hall, int from, int to) {
        var channels =
                IntStream.range(0, CHANNELS).mapToObj(i -> hall + ".c" + i).toList();
        for (var number = from; number < to; number++) {
            Posts.toEach(sluice.producer(), channels, "#" + number);
        }
    }

    private void pushOutOfMemory() {
        var channel = Sluice.unique("cold.filling");
        Posts.texts(sluice.producer(), channel, texts(0, 2 * SmallMemory.EVENTS));
        Component.EDGES.forEach(edge -> sluice.stack().services(edge).forEach(replica -> {
            try (var last = sluice.subscribe(
                    protocolOf(edge), replica.replica(), to(channel).last(1))) {
                Expect.eventWith(last, Integer.toString(2 * SmallMemory.EVENTS - 1));
            }
        }));
    }

    private static Protocol protocolOf(Component edge) {
        return Protocol.MAIN.stream()
                .filter(protocol -> protocol.edge() == edge)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private void assertTexts(Connection connection, String channel, int from, int to) {
        Expect.eventWith(connection, Integer.toString(to - 1));
        var live = Sluice.unique("live");
        sluice.producer().text(channel, live);
        Expect.eventWith(connection, live);
        List<String> expected = new ArrayList<>(texts(from, to));
        var got = connection.events().stream().map(Received.Event::text).toList();
        assertThat(got.subList(0, expected.size())).isEqualTo(expected);
        assertThat(got.get(got.size() - 1)).isEqualTo(live);
        assertThat(connection.controls("gap")).isEmpty();
    }
}
