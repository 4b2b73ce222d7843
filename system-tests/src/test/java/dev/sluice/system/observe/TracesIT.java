package dev.sluice.system.observe;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.http.Http;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.TraceCollector.Collected;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A trace from the post through Kafka to the delivery on each protocol, as a collector sees it. */
@Tag("full")
class TracesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CALLER = "00f067aa0ba902b7";
    private static final List<String> EDGES = List.of("sluice-sse-edge", "sluice-ws-edge", "sluice-grpc-edge");

    private static TraceCollector collector;
    private static Sluice sluice;

    @BeforeAll
    static void start() throws IOException {
        collector = new TraceCollector();
        var builder = Sluice.builder("traces");
        Sluice.SERVICES.forEach(service -> builder.env(service, "QUARKUS_OTEL_SDK_DISABLED", "false")
                .env(
                        service,
                        "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                        collector.url().toString())
                .env(service, "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .env(service, "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "100ms"));
        sluice = new Sluice(builder.start());
    }

    @AfterAll
    static void stop() {
        sluice.close();
        collector.close();
    }

    @Test
    void shouldFollowAnEventFromThePostToEachEdge() {
        var channel = Sluice.unique("rooms.traces");
        var trace = newTrace();
        try (var sse = sluice.subscribe(Protocol.SSE, to(channel).wholeEvents());
                var socket = sluice.subscribe(Protocol.WEBSOCKET_CLOUDEVENTS, to(channel));
                var grpc = sluice.subscribe(Protocol.GRPC, to(channel));
                var second = sluice.subscribe(Protocol.GRPC, to(channel))) {
            var all = List.of(sse, socket, grpc, second);
            all.forEach(Expect::started);
            post(channel, "text", Map.of("traceparent", "00-" + trace + "-" + CALLER + "-01"));

            var request = await(trace, span -> span.kind().equals("SERVER"));
            assertThat(request.service()).isEqualTo("sluice-publisher");
            assertThat(request.parent()).isEqualTo(CALLER);
            var sent = await(trace, span -> span.kind().equals("PRODUCER"));
            assertThat(sent.name()).isEqualTo("send sluice.events");
            assertThat(sent.parent()).isEqualTo(request.id());
            assertThat(sent.attributes())
                    .containsEntry("sluice.channel", channel)
                    .containsEntry("messaging.system", "kafka")
                    .containsEntry("messaging.destination.name", "sluice.events");
            for (var edge : EDGES) {
                var clients = edge.equals("sluice-grpc-edge") ? 2 : 1;
                Awaitility.await(edge).atMost(PATIENCE).until(() -> received(trace, edge) == clients);
            }
            assertThat(collector.of(trace))
                    .filteredOn(span -> span.kind().equals("CONSUMER"))
                    .allMatch(span -> span.parent().equals(sent.id()))
                    .allMatch(span -> span.name().equals("deliver sluice.events"))
                    .allMatch(span -> Objects.equals(
                            span.attributes().get("messaging.message.id"),
                            sent.attributes().get("messaging.message.id")));
            for (Connection client : all) {
                assertThat(Expect.eventWith(client, "text").attributes())
                        .containsEntry("traceparent", "00-" + trace + "-" + sent.id() + "-01");
            }
        }
    }

    /** The CloudEvents extension: what an event carries is where it began, and hops don't replace it. */
    @Test
    void shouldKeepTheTraceThatAnEventCarries() {
        var channel = Sluice.unique("rooms.traces");
        var trace = newTrace();
        var ofTheRequest = newTrace();
        var carried = "00-" + trace + "-" + CALLER + "-01";
        try (var sse = sluice.subscribe(Protocol.SSE, to(channel).wholeEvents())) {
            Expect.started(sse);
            post(
                    channel,
                    "text",
                    Map.of(
                            "traceparent", "00-" + ofTheRequest + "-" + CALLER + "-01",
                            "ce-specversion", "1.0",
                            "ce-id", UUID.randomUUID().toString(),
                            "ce-source", "/tests",
                            "ce-type", "test",
                            "ce-traceparent", carried,
                            "ce-tracestate", "vendor=1"));

            assertThat(Expect.eventWith(sse, "text").attributes())
                    .containsEntry("traceparent", carried)
                    .containsEntry("tracestate", "vendor=1");
            assertThat(await(trace, span -> span.kind().equals("PRODUCER")).parent())
                    .isEqualTo(CALLER);
            assertThat(await(trace, span -> span.kind().equals("CONSUMER")).parent())
                    .isEqualTo(CALLER);
            assertThat(await(ofTheRequest, span -> span.kind().equals("SERVER")).parent())
                    .isEqualTo(CALLER);
        }
    }

    @Test
    void shouldLeaveOutWhatIsNotSampledOrNoTrace() {
        var channel = Sluice.unique("rooms.traces");
        var unsampled = newTrace();
        try (var sse = sluice.subscribe(Protocol.SSE, to(channel).wholeEvents())) {
            Expect.started(sse);
            post(channel, "unsampled", Map.of("traceparent", "00-" + unsampled + "-" + CALLER + "-00"));
            post(
                    channel,
                    "garbage",
                    Map.of(
                            "ce-specversion", "1.0",
                            "ce-id", UUID.randomUUID().toString(),
                            "ce-source", "/tests",
                            "ce-type", "test",
                            "ce-traceparent", "garbage"));
            var later = newTrace();
            post(channel, "later", Map.of("traceparent", "00-" + later + "-" + CALLER + "-01"));

            assertThat(Expect.eventWith(sse, "unsampled").attributes()).doesNotContainKey("traceparent");
            assertThat(Expect.eventWith(sse, "garbage").attributes()).containsEntry("traceparent", "garbage");
            await(later, span -> span.kind().equals("CONSUMER"));
            await(later, span -> span.kind().equals("PRODUCER"));
            assertThat(collector.of(unsampled)).isEmpty();
        }
    }

    @Test
    void shouldSayWhyAnEventWasRefused() {
        var trace = newTrace();
        var answer = Http.send(sluice.producer(sluice.token("nobody"))
                .channelPost("orders.forbidden")
                .header("traceparent", "00-" + trace + "-" + CALLER + "-01")
                .POST(BodyPublishers.ofString("text")));

        assertThat(answer.status()).isEqualTo(403);
        var request = await(trace, span -> span.kind().equals("SERVER"));
        assertThat(request.attributes()).containsEntry("http.response.status_code", "403");
        assertThat(collector.of(trace)).noneMatch(span -> span.kind().equals("PRODUCER"));
    }

    /** From a client's message over the edge and the publisher to another client. */
    @Test
    void shouldFollowWhatIsPublishedOverAnEdge() {
        var channel = Sluice.unique("rooms.traces");
        try (var sse = sluice.subscribe(Protocol.SSE, to(channel).wholeEvents());
                var socket = WebSocketClient.connect(sluice.url(Component.WS_EDGE), sluice.admin(), Subprotocol.JSON)) {
            Expect.started(sse);
            socket.publish("p", NewEvent.text(channel, "over the edge"));
            assertThat(Expect.answer(socket, "p").isError()).isFalse();
            var trace = Expect.eventWith(sse, "over the edge")
                    .attributes()
                    .getOrDefault("traceparent", "")
                    .split("-")[1];

            var call = await(trace, span -> span.kind().equals("CLIENT"));
            assertThat(call.service()).isEqualTo("sluice-ws-edge");
            var server = await(
                    trace, span -> span.kind().equals("SERVER") && span.parent().equals(call.id()));
            assertThat(server.service()).isEqualTo("sluice-publisher");
            assertThat(await(trace, span -> span.kind().equals("PRODUCER")).service())
                    .isEqualTo("sluice-publisher");
            assertThat(await(trace, span -> span.kind().equals("CONSUMER")).service())
                    .isEqualTo("sluice-sse-edge");
        }
    }

    private static void post(String channel, String text, Map<String, String> headers) {
        var request = sluice.producer()
                .channelPost(channel)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(text));
        headers.forEach(request::header);
        var answer = Http.send(request);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static Collected await(String trace, Predicate<Collected> wanted) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> collector.of(trace).stream().filter(wanted).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    /** By how many subscriptions of an edge, on all its event loops. */
    private static long received(String trace, String edge) {
        return collector.of(trace).stream()
                .filter(span -> span.service().equals(edge) && span.kind().equals("CONSUMER"))
                .mapToLong(span -> Long.parseLong(span.attributes().get("sluice.receivers")))
                .sum();
    }
}
