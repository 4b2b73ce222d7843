package dev.sluice.contract.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.event.KafkaEvents.Skip;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KafkaEventsTest {
    private static final String TOPIC = "sluice.events";

    @Provide
    static Arbitrary<Event> events() {
        return EventArbitraries.events();
    }

    @Property
    void shouldComeBackAsItWas(@ForAll("events") Event event) {
        byte[] data = event.data();
        boolean json = data != null && event.contentType() == null && DataKind.isWellFormedJson(data);
        assertThat(read(stored(event)))
                .isEqualTo(new KafkaEvents.Reading.Read(json ? event.withContentType("application/json") : event));
    }

    @Property(tries = 200)
    void shouldBeReadByTheSdkOfAnybody(@ForAll("events") Event event) {
        var record = stored(event);
        try (var deserializer = new CloudEventDeserializer()) {
            var read = deserializer.deserialize(TOPIC, record.headers(), record.value());
            assertThat(read.getId()).isEqualTo(event.id());
            assertThat(read.getExtension("channel")).isEqualTo(event.channel().name());
        }
    }

    /** Whatever headers a stranger writes: an event or a reason, never an exception. */
    @Property
    void shouldSurviveWhatOthersWrite(
            @ForAll @Size(max = 6) java.util.List<@net.jqwik.api.From("headerNames") String> names,
            @ForAll @Size(min = 6, max = 6) java.util.List<@StringLength(max = 10) String> values,
            @ForAll boolean noValue) {
        var record = record("a.b", noValue ? null : new byte[] {1});
        for (int i = 0; i < names.size(); i++) {
            record.headers().add(names.get(i), values.get(i).isEmpty() ? null : bytes(values.get(i)));
        }
        assertThat(read(record)).isNotNull();
    }

    @Provide
    static Arbitrary<String> headerNames() {
        return net.jqwik.api.Arbitraries.of(
                "ce_specversion",
                "ce_id",
                "ce_source",
                "ce_type",
                "ce_time",
                "ce_",
                "ce_A-b",
                "content-type",
                "ce_dataschema");
    }

    @Test
    void shouldTakeARecordWithoutHeadersForAMessage() {
        var event = event(read(record("orders.42", bytes("hello"))));
        assertThat(event.id()).isEqualTo("sluice.events-3-77");
        assertThat(event.source()).isEqualTo("/kafka/sluice.events");
        assertThat(event.type()).isEqualTo("message");
        assertThat(event.channel().name()).isEqualTo("orders.42");
        assertThat(DataKind.of(event)).isEqualTo(DataKind.TEXT);
    }

    @Test
    void shouldTakeATombstoneForAnEventWithoutData() {
        assertThat(event(read(record("orders.42", null))).data()).isNull();
    }

    @Test
    void shouldSkipAKeyThatIsNoChannel() {
        for (String key : new String[] {"a..b", "sluice.a", "", "a b"}) {
            assertThat(read(record(key, bytes("x")))).isInstanceOf(KafkaEvents.Reading.Skipped.class);
        }
        var keyless = new ConsumerRecord<byte[], byte[]>(TOPIC, 0, 0, null, bytes("x"));
        assertThat(KafkaEvents.read(keyless)).isInstanceOf(KafkaEvents.Reading.Skipped.class);
        var binary = new ConsumerRecord<byte[], byte[]>(TOPIC, 0, 0, new byte[] {-1}, bytes("x"));
        assertThat(KafkaEvents.read(binary)).isInstanceOf(KafkaEvents.Reading.Skipped.class);
    }

    @Test
    void shouldSkipACloudEventThatIsNone() {
        var noId = record("a", bytes("x"));
        noId.headers()
                .add("ce_specversion", bytes("1.0"))
                .add("ce_type", bytes("t"))
                .add("ce_source", bytes("/s"));
        assertThat(read(noId)).isInstanceOf(KafkaEvents.Reading.Skipped.class);
        var structured = record("a", bytes("{"));
        structured.headers().add("content-type", bytes("application/cloudevents+json"));
        assertThat(read(structured)).isInstanceOf(KafkaEvents.Reading.Skipped.class);
    }

    @Test
    void shouldTakeTheKeyForTheChannelAndLeaveOutWhatSluiceSets() {
        var record = record("a", bytes("x"));
        record.headers()
                .add("ce_specversion", bytes("1.0"))
                .add("ce_id", bytes("1"))
                .add("ce_type", bytes("t"))
                .add("ce_source", bytes("/s"))
                .add("ce_channel", bytes("other"))
                .add("ce_cursor", bytes("forged"))
                .add("ce_region", bytes("eu"));
        var event = event(read(record));
        assertThat(event.channel().name()).isEqualTo("a");
        assertThat(event.extensions()).containsOnlyKeys("region");
    }

    @Test
    void shouldSayWhyARecordIsNoEvent() {
        assertThat(why(record("a b", bytes("x")))).isEqualTo(Skip.KEY);
        assertThat(why(cloudEvent("specversion", "0.3"))).isEqualTo(Skip.SPECVERSION);
        assertThat(why(cloudEvent("specversion", "2"))).isEqualTo(Skip.SPECVERSION);
        assertThat(why(cloudEvent("id", ""))).isEqualTo(Skip.ATTRIBUTE);
        assertThat(why(cloudEvent("source", "a source"))).isEqualTo(Skip.URI);
        assertThat(why(cloudEvent("dataschema", "a b"))).isEqualTo(Skip.URI);
        assertThat(why(cloudEvent("time", "24.11.2026 10:00"))).isEqualTo(Skip.TIME);
        assertThat(why(cloudEvent("time", "+999999999-12-31T00:00:00Z"))).isEqualTo(Skip.TIME);
        assertThat(why(cloudEvent("type", "sluice.close"))).isEqualTo(Skip.RESERVED);
        assertThat(why(cloudEvent("source", "/sluice"))).isEqualTo(Skip.RESERVED);
        assertThat(why(structured("{"))).isEqualTo(Skip.STRUCTURED);
        assertThat(why(structured("{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}")))
                .isEqualTo(Skip.SPECVERSION);
        assertThat(why(structured(
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/sluice\",\"type\":\"sluice.gap\"}")))
                .isEqualTo(Skip.RESERVED);
    }

    /** The SDK gives up such an event, others read it; nobody could pass the attribute on. */
    @Test
    void shouldReadAnEventWithAHeaderThatCanBeNoAttribute() {
        var event = event(read(cloudEvent("my_key", "x")));
        assertThat(event.id()).isEqualTo("1");
        assertThat(event.extensions()).isEmpty();
        assertThat(event(read(cloudEvent("Region", "eu"))).extensions()).containsEntry("region", "eu");
    }

    /** As the SDKs take data of a CloudEvent that has no type; what is no JSON stays what it is, and so do raw records. */
    @Test
    void shouldTakeDataWithoutATypeForJsonWhenItIs() {
        var json = new ConsumerRecord<>(TOPIC, 0, 0, bytes("a"), bytes("{\"a\":1}"));
        cloudEvent("region", "eu").headers().forEach(json.headers()::add);
        assertThat(event(read(json)).contentType()).isEqualTo("application/json");
        assertThat(DataKind.of(event(read(json)))).isEqualTo(DataKind.JSON);
        assertThat(event(read(cloudEvent("region", "eu"))).contentType()).isNull();
        assertThat(event(read(record("a", bytes("{\"a\":1}")))).contentType()).isNull();
    }

    private static ConsumerRecord<byte[], byte[]> cloudEvent(String attribute, String value) {
        var attributes =
                new java.util.HashMap<>(java.util.Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "t"));
        attributes.put(attribute, value);
        var record = record("a", bytes("x"));
        attributes.forEach((name, text) -> record.headers().add("ce_" + name, bytes(text)));
        return record;
    }

    private static ConsumerRecord<byte[], byte[]> structured(String json) {
        var record = record("a", bytes(json));
        record.headers().add("content-type", bytes("application/cloudevents+json"));
        return record;
    }

    private static Skip why(ConsumerRecord<byte[], byte[]> record) {
        assertThat(read(record)).isInstanceOf(KafkaEvents.Reading.Skipped.class);
        return ((KafkaEvents.Reading.Skipped) read(record)).why();
    }

    private static ConsumerRecord<byte[], byte[]> stored(Event event) {
        var record = KafkaEvents.toRecord(TOPIC, null, event);
        assertThat(record.key()).isEqualTo(event.channel().name());
        return new ConsumerRecord<>(
                TOPIC,
                0,
                0,
                0,
                org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME,
                0,
                0,
                bytes(record.key()),
                record.value(),
                record.headers(),
                java.util.Optional.empty());
    }

    private static ConsumerRecord<byte[], byte[]> record(String key, byte @Nullable [] value) {
        return new ConsumerRecord<>(
                TOPIC,
                3,
                77,
                0,
                org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME,
                0,
                0,
                bytes(key),
                value,
                new RecordHeaders(),
                java.util.Optional.empty());
    }

    private static KafkaEvents.Reading read(ConsumerRecord<byte[], byte[]> record) {
        return KafkaEvents.read(record);
    }

    private static Event event(KafkaEvents.Reading reading) {
        assertThat(reading).isInstanceOf(KafkaEvents.Reading.Read.class);
        return Objects.requireNonNull((KafkaEvents.Reading.Read) reading).event();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
