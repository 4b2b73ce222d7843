package dev.sluice.system.log;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.CloudEventSerializer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that others write to the topic. */
@ExtendWith(SharedSluice.class)
class StrangersIT {

    private final Sluice sluice;
    private final String channel = Sluice.unique("log.strangers");

    StrangersIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldDeliverARecordWithoutCloudEventsHeaders(Protocol protocol) throws Exception {
        try (var connection = sluice.subscribe(protocol, to(channel).wholeEvents())) {
            Expect.started(connection);
            var written = write(new StringSerializer(), new ProducerRecord<>(Topic.NAME, channel, "plain"));
            var event = Expect.eventWith(connection, "plain");
            assertThat(event.id()).isEqualTo(Topic.NAME + "-" + written.partition() + "-" + written.offset());
            assertThat(event.source()).isEqualTo("/kafka/" + Topic.NAME);
            assertThat(event.type()).isEqualTo("message");
            assertThat(event.channel()).isEqualTo(channel);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldDeliverWhatTheSdkWrote(Protocol protocol) throws Exception {
        var sdk = CloudEventBuilder.v1()
                .withId("sdk-1")
                .withSource(URI.create("/sdk"))
                .withType("written.by.sdk")
                .withExtension("channel", channel)
                .withData("application/json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8))
                .build();
        try (var connection = sluice.subscribe(protocol, to(channel).wholeEvents())) {
            Expect.started(connection);
            write(new CloudEventSerializer(), new ProducerRecord<>(Topic.NAME, channel, sdk));
            var event = Expect.event(connection, received -> received.id().equals("sdk-1"));
            assertThat(event.type()).isEqualTo("written.by.sdk");
            assertThat(event.source()).isEqualTo("/sdk");
            assertThat(event.text()).isEqualTo("{\"a\":1}");
        }
    }

    /** The limit of the dedupe window: docs/guarantees.md, "Where it ends". */
    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldTellRepeatsApartWithinOnePartitionOnly(Protocol protocol) throws Exception {
        var event = CloudEventBuilder.v1()
                .withId("again")
                .withSource(URI.create("/sdk"))
                .withType("message")
                .withExtension("channel", channel)
                .withData("text/plain", "again".getBytes(StandardCharsets.UTF_8))
                .build();
        try (var connection = sluice.subscribe(protocol, to(channel, channel + ".*"))) {
            Expect.started(connection);
            for (var partition : List.of(0, 0, 1, 1)) {
                write(new CloudEventSerializer(), new ProducerRecord<>(Topic.NAME, partition, channel, event));
            }
            for (var partition : List.of(0, 1)) {
                write(new StringSerializer(), new ProducerRecord<>(Topic.NAME, partition, channel, "end"));
            }
            // Each partition is read in its order.
            Expect.events(connection, 4);
            assertThat(connection.events())
                    .extracting(Received.Event::text)
                    .containsExactlyInAnyOrder("again", "again", "end", "end");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldSkipAndCountARecordWhoseKeyIsNoChannel(Protocol protocol) throws Exception {
        var edge = sluice.url(protocol.edge());
        var before = Scrape.of(edge).sum("sluice_log_skipped_total", "");
        try (var connection = sluice.subscribe(protocol, to(channel))) {
            Expect.started(connection);
            write(new StringSerializer(), new ProducerRecord<>(Topic.NAME, "no channel at all", "x"));
            write(new StringSerializer(), new ProducerRecord<>(Topic.NAME, null, "x"));
            Expect.until(
                    "that they are counted", () -> Scrape.of(edge).sum("sluice_log_skipped_total", "") >= before + 2);
            sluice.producer().text(channel, "goes on");
            Expect.eventWith(connection, "goes on");
        }
    }

    /** By the rules of every other way in: whoever could post it would have been told why not. */
    @Tag("full")
    @ParameterizedTest
    @CsvSource({
        "time,        24.11.2026 10:00, time",
        "id,          '',               attribute",
        "source,      a source,         uri",
        "specversion, 0.3,              specversion",
        "type,        sluice.close,     reserved",
        "type,        sluice.gap,       reserved",
        "source,      /sluice,          reserved",
    })
    void shouldSkipAndTellAnEventThatNobodyCouldPost(String attribute, String value, String reason) throws Exception {
        shouldSkipAndTell(binary(attribute, value), "x", reason);
    }

    @Test
    void shouldSkipAndTellAStructuredEventThatIsNone() throws Exception {
        shouldSkipAndTell(Map.of("content-type", "application/cloudevents+json"), "{", "structured");
    }

    /** On each form of each protocol: none of them shows it, nor goes away. */
    private void shouldSkipAndTell(Map<String, String> headers, String text, String reason) throws Exception {
        var before = new EnumMap<Component, Double>(Component.class);
        Component.EDGES.forEach(edge -> before.put(edge, skipped(edge, reason)));
        var readers = new ArrayList<Connection>();
        try {
            for (var protocol : Protocol.values()) {
                readers.add(sluice.subscribe(protocol, to(channel)));
            }
            readers.forEach(Expect::started);
            write(headers, text);
            sluice.producer().text(channel, "after");
            for (var reader : readers) {
                Expect.eventWith(reader, "after");
                assertThat(reader.events()).hasSize(1);
                assertThat(reader.controls("close")).isEmpty();
                assertThat(reader.controls("gap")).isEmpty();
            }
            for (var edge : Component.EDGES) {
                Expect.until(
                        "that " + edge + " counts it as " + reason,
                        () -> skipped(edge, reason) == before.getOrDefault(edge, 0.0) + 1);
                // The first of its reason; one line a minute.
                assertThat(Files.readString(sluice.stack().service(edge).logFile()))
                        .containsPattern("topic=" + Topic.NAME + " partition=\\d+ offset=\\d+ reason=" + reason + " ");
            }
        } finally {
            readers.forEach(Connection::close);
        }
    }

    private double skipped(Component edge, String reason) {
        return Scrape.of(sluice.url(edge)).sum("sluice_log_skipped_total", "reason=\"" + reason + "\"");
    }

    /** The SDK gives such an event up; there is one all the same. */
    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldDeliverAnEventWithAHeaderThatCanBeNoAttribute(Protocol protocol) throws Exception {
        try (var connection = sluice.subscribe(protocol, to(channel).wholeEvents())) {
            Expect.started(connection);
            write(binary("my_key", "x"), "read");
            assertThat(Expect.eventWith(connection, "read").attributes()).doesNotContainKey("my_key");
        }
    }

    /** JSON is what the SDKs take for the type of data that has none; text that is none stays text, and so does a raw record. */
    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldTakeDataWithoutATypeForJsonWhenItIs(Protocol protocol) throws Exception {
        try (var connection = sluice.subscribe(protocol, to(channel).wholeEvents())) {
            Expect.started(connection);
            write(binary("id", "json"), "{\"a\":1}");
            write(binary("id", "text"), "no JSON");
            write(Map.of(), "{\"raw\":1}");
            var events = Expect.events(connection, 3);
            assertThat(events.get(0).contentType()).isEqualTo("application/json");
            assertThat(events.subList(1, 3))
                    .extracting(Received.Event::contentType)
                    .doesNotContain("application/json");
            assertThat(events).extracting(Received.Event::text).containsExactly("{\"a\":1}", "no JSON", "{\"raw\":1}");
        }
    }

    /** An EventSource is handed an empty text for both; a comment before it, which others show, tells. */
    @Test
    void shouldTellATombstoneFromAnEmptyText() throws Exception {
        try (var client = RawClient.connect(sluice.url(Component.SSE_EDGE))) {
            client.send("GET /v1/stream?channel=" + channel + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                            + sluice.admin() + "\r\n\r\n")
                    .readUntil("event: sluice\\.open\n");
            write(Map.of(), null);
            assertThat(client.readUntil("data: *\r?\n\r?\n")).containsPattern("\n: no data\ndata: \n");
            write(Map.of(), "");
            assertThat(client.readUntil("(?s)data: *\n\n.*data: *\n\n").split(": no data", -1))
                    .hasSize(2);
        }
        for (var protocol : List.of(Protocol.NDJSON, Protocol.WEBSOCKET)) {
            try (var reader = sluice.subscribe(protocol, to(channel).last(2))) {
                assertThat(Expect.events(reader, 2)).hasSize(2);
            }
        }
    }

    private static Map<String, String> binary(String attribute, String value) {
        var attributes = new LinkedHashMap<String, String>();
        Map.of("specversion", "1.0", "id", Sluice.unique("id"), "source", "/strangers", "type", "test")
                .forEach((name, text) -> attributes.put("ce_" + name, text));
        attributes.put("ce_" + attribute, value);
        return attributes;
    }

    private RecordMetadata write(Map<String, String> headers, @Nullable String text) throws Exception {
        var record = new ProducerRecord<String, String>(Topic.NAME, channel, text);
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return write(new StringSerializer(), record);
    }

    private <T> RecordMetadata write(Serializer<T> serializer, ProducerRecord<String, T> record) throws Exception {
        var config = Map.<String, Object>of(
                "bootstrap.servers", sluice.stack().kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), serializer)) {
            return producer.send(record).get();
        }
    }
}
