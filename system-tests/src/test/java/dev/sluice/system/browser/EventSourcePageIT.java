package dev.sluice.system.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;
import dev.sluice.client.http.SteadyProducer;
import dev.sluice.client.sse.Sample;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.stack.Wire;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What an {@code EventSource} makes of our event stream (WHATWG HTML, 9.2): the real one, in Chromium, which gets the stream in segments
 * that end anywhere, and whose connections the server ends after some seconds.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventSourcePageIT {
    private static final String COOKIE = "sluice_token";
    private static final Wire.Weather PIECES = Wire.Weather.inPieces(3);
    /** These end anywhere too; in pieces of three, a long text could take longer than a connection lasts, again and again. */
    private static final Wire.Weather LARGER_PIECES = Wire.Weather.inPieces(61);

    private static final int LONG = 1_000;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int RECONNECTS = 3;
    /** Chromium's own, when nobody tells it another. */
    private static final double RETRY_MILLIS = 3_000;

    private static final double CLOCK_MILLIS = 20;

    private static final List<String> TYPES = List.of(
            "notification",
            "com.example.order.shipped.v1",
            "Message",
            "two words",
            " a leading space",
            "a:colon",
            "übergrößen-漢-😀",
            // What an EventSource says by itself.
            "open",
            "error",
            "close",
            "constructor",
            "__proto__",
            "x".repeat(1_000));

    private final Sluice sluice = new Sluice(Sluice.builder("event-source")
            .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.SSE_EDGE)
            .env(Component.SSE_EDGE, "SLUICE_BROWSER_COOKIE", COOKIE)
            .env(Component.SSE_EDGE, "SLUICE_BROWSER_ORIGINS", "http://localhost:*")
            .env(Component.SSE_EDGE, "SLUICE_CONNECTION_MAX_AGE", "3s")
            .start());

    @AfterAll
    void stop() {
        sluice.close();
    }

    /** An event, as it should be seen and as it is. */
    private record Seen(String type, String data) {
        @Override
        public String toString() {
            var length = Math.min(data.length(), 200);
            return type + " " + Json.array().add(data.substring(0, length)) + " of " + data.length();
        }
    }

    @Test
    void shouldHandOnEverythingExactlyThoughTheServerEndsItsStreams() throws Exception {
        assumeThat(Chromium.find())
                .as("Chromium, which .ci/run installs (Debian's package chromium)")
                .isPresent();
        var channel = Sluice.unique("rooms.event-source");
        var pieces = new AtomicReference<>(PIECES);
        try (var wire = Wire.to(sluice.url(Component.SSE_EDGE), pieces::get);
                var page = Page.of("event-source.html", settings(wire, channel))) {
            Expect.until(
                    "that the page is open", () -> !events(page, "sluice.open").isEmpty());
            var expected = new ArrayList<Seen>();
            var samples = Sample.all().stream()
                    .collect(Collectors.partitioningBy(sample -> sample.text().length() > LONG));
            for (var areLong : List.of(false, true)) {
                pieces.set(areLong ? LARGER_PIECES : PIECES);
                for (var sample : samples.getOrDefault(areLong, List.of())) {
                    post(channel, "message", sample.text());
                    expected.add(new Seen("message", sample.seen()));
                }
                awaitAll(page, expected);
            }
            pieces.set(PIECES);
            for (var type : TYPES) {
                post(channel, type, "of a type");
                expected.add(new Seen(listenedTo(type), "of a type"));
            }
            try (var producer = new SteadyProducer(sluice.producer(), channel, PAUSE)) {
                Expect.until(
                        "that it has reconnected",
                        () -> events(page, "sluice.open").size() > RECONNECTS);
                producer.stop();
                assertThat(producer.refused()).isEmpty();
                producer.acknowledged().forEach(number -> expected.add(new Seen("message", number.toString())));
            }
            awaitAll(page, expected);

            var seen = ours(page);
            for (var i = 0; i < expected.size(); i++) {
                assertThat(seen(seen.get(i))).as("event " + i).isEqualTo(expected.get(i));
            }
            assertThat(seen).hasSameSizeAs(expected);
            assertThat(seen)
                    .extracting(event -> event.path("id").asText())
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id.matches("[A-Za-z0-9_-]+"));
            assertCameBackWhenItWasTold(page);
            assertThat(reports(page, "refused"))
                    .as("who is refused is told so once, and does not come back")
                    .extracting(report -> report.path("state").asInt())
                    .containsExactly(2);
            System.out.printf(
                    "EventSourcePageIT: %d events, %d texts and %d types among them, over %d connections, each as it was posted%n",
                    seen.size(),
                    Sample.all().size(),
                    TYPES.size(),
                    events(page, "sluice.open").size());
        }
    }

    private static void awaitAll(Page page, List<Seen> expected) {
        try {
            Expect.until(
                    "all of " + expected.size() + " events", () -> ours(page).size() >= expected.size());
        } catch (ConditionTimeoutException late) {
            assertThat(ours(page).stream().map(EventSourcePageIT::seen))
                    .as("what came within a minute, of %s", reports(page, "broken"))
                    .containsExactlyElementsOf(expected);
        }
    }

    private Map<String, String> settings(Wire wire, String channel) {
        var types = Json.array()
                .add("message")
                .add("sluice.open")
                .add("sluice.close")
                .add("sluice.gap");
        TYPES.stream().map(EventSourcePageIT::listenedTo).forEach(types::add);
        return Map.of(
                "types",
                types.toString(),
                "cookie",
                COOKIE,
                "token",
                sluice.token("alice"),
                "stream",
                wire.url() + "/v1/stream?channel=" + channel,
                "refused",
                wire.url() + "/v1/stream?channel=a..b");
    }

    /** What an EventSource says by itself, an event can't be told from; so those two are called otherwise (docs/clients.md). */
    private static String listenedTo(String type) {
        return type.equals("open") || type.equals("error") ? "event." + type : type;
    }

    private void post(String channel, String type, String text) {
        var header = URLEncoder.encode(type, StandardCharsets.UTF_8).replace("+", "%20");
        sluice.producer()
                .cloudEvent(NewEvent.of(channel, "text/plain", text.getBytes(StandardCharsets.UTF_8))
                        .id(Sluice.unique("sample"))
                        .source("/samples")
                        .type(header));
    }

    /** {@code retry}, which comes with {@code close}. */
    private static void assertCameBackWhenItWasTold(Page page) {
        var closes = events(page, "sluice.close");
        var opens = events(page, "sluice.open");
        var pauses = new ArrayList<Double>();
        for (var i = 0; i < RECONNECTS; i++) {
            var close = Json.parse(closes.get(i).path("data").asText());
            assertThat(close.path("reason").asText()).isEqualTo("max-age");
            var pause = opens.get(i + 1).path("at").asDouble()
                    - closes.get(i).path("at").asDouble();
            assertThat(pause).isGreaterThan(close.path("reconnectAfterMs").asDouble() - CLOCK_MILLIS);
            pauses.add(pause);
        }
        assertThat(pauses).as("told to come back sooner").anyMatch(pause -> pause < RETRY_MILLIS);
    }

    private static Seen seen(JsonNode event) {
        return new Seen(event.path("type").asText(), event.path("data").asText());
    }

    private static List<JsonNode> ours(Page page) {
        return reports(page, "event").stream()
                .filter(event -> !event.path("type").asText().startsWith("sluice."))
                .toList();
    }

    private static List<JsonNode> events(Page page, String type) {
        return reports(page, "event").stream()
                .filter(event -> event.path("type").asText().equals(type))
                .toList();
    }

    private static List<JsonNode> reports(Page page, String kind) {
        return page.reports().stream()
                .map(Json::parse)
                .filter(report -> report.path("kind").asText().equals(kind))
                .toList();
    }
}
