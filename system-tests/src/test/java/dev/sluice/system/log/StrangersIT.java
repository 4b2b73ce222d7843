package dev.sluice.system.log;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Received;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.CloudEventSerializer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
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

    private <T> RecordMetadata write(Serializer<T> serializer, ProducerRecord<String, T> record) throws Exception {
        var config = Map.<String, Object>of(
                "bootstrap.servers", sluice.stack().kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), serializer)) {
            return producer.send(record).get();
        }
    }
}
