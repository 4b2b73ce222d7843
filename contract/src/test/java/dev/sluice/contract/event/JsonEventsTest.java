package dev.sluice.contract.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import io.cloudevents.jackson.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEventsTest {
    private static final EventLimits LIMITS = EventLimits.DEFAULT;
    private static final String GOOD =
            "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"channel\":\"a.b\"";

    @Provide
    static Arbitrary<Event> events() {
        return EventArbitraries.events();
    }

    @Property
    void shouldWriteOneObjectOnOneLineThatTheSdkReads(@ForAll("events") Event event) throws Exception {
        byte[] json = JsonEvents.write(event);

        String text = new String(json, StandardCharsets.UTF_8);
        assertThat(text).startsWith("{").endsWith("}").doesNotContain("\n", "\r");
        // The SDK takes only letters before '+json' for JSON, and then refuses what the specification asks for.
        Assume.that(!"application/vnd.api+json".equals(event.contentType()));
        var sdk = new JsonFormat().deserialize(json);
        assertThat(sdk.getId()).isEqualTo(event.id());
        assertThat(sdk.getExtension(Channel.ATTRIBUTE))
                .isEqualTo(event.channel().name());
        JsonNode tree = JsonEvents.parse("x", json);
        JsonNode spliced = JsonEvents.parse(
                "x", (text.substring(0, text.length() - 1) + ",\"cursor\":\"c\"}").getBytes(StandardCharsets.UTF_8));
        assertThat(spliced.get("cursor").asText()).isEqualTo("c");
        switch (DataKind.of(event)) {
            case NONE -> assertThat(tree.has("data") || tree.has("data_base64")).isFalse();
            case JSON -> assertThat(tree.get("data")).isEqualTo(JsonEvents.parse("x", data(event)));
            case TEXT ->
                assertThat(tree.get("data").asText()).isEqualTo(new String(data(event), StandardCharsets.UTF_8));
            case BINARY -> assertThat(tree.get("data_base64").binaryValue()).isEqualTo(data(event));
        }
    }

    /** What is written can be published again, and is the same event; JSON by value. */
    @Property
    void shouldReadWhatItWrote(@ForAll("events") Event event) throws Exception {
        Event read = JsonEvents.read(null, JsonEvents.write(event), LIMITS);

        assertThat(read.channel()).isEqualTo(event.channel());
        assertThat(read.id()).isEqualTo(event.id());
        assertThat(read.source()).isEqualTo(event.source());
        assertThat(read.time()).isEqualTo(event.time());
        assertThat(read.subject()).isEqualTo(event.subject());
        assertThat(read.extensions()).isEqualTo(event.extensions());
        if (DataKind.of(event) == DataKind.JSON) {
            assertThat(JsonEvents.parse("x", data(read))).isEqualTo(JsonEvents.parse("x", data(event)));
        } else {
            assertThat(read.data()).isEqualTo(event.data());
        }
    }

    private static byte[] data(Event event) {
        byte[] data = event.data();
        return data == null ? new byte[0] : data;
    }

    /** Whatever comes: an event or a refusal that names something, never another exception. */
    @Property(tries = 3_000)
    void shouldSurviveAnyJson(@ForAll("hostile") String json) {
        var refusal = catchThrowableOfType(
                Rejected.class, () -> JsonEvents.read(null, json.getBytes(StandardCharsets.UTF_8), LIMITS));
        if (refusal != null) {
            assertThat(refusal.problem().field()).isNotNull();
        }
    }

    @Provide
    static Arbitrary<String> hostile() {
        Arbitrary<String> names = Arbitraries.of(
                "specversion",
                "id",
                "source",
                "type",
                "time",
                "subject",
                "channel",
                "dataschema",
                "datacontenttype",
                "data",
                "data_base64",
                "ext",
                "Ext",
                "cursor",
                "");
        Arbitrary<String> values = Arbitraries.of(
                "\"1.0\"",
                "\"x\"",
                "\"\"",
                "null",
                "1",
                "1.5",
                "true",
                "[]",
                "{}",
                "\"\\ud800\"",
                "\"a.b\"",
                "1e9999",
                "\"application/json\"",
                "\"text/plain\"",
                "\"\\n\"",
                "\"2026-11-24T10:00:00Z\"",
                "\"AA==\"",
                "-0.0",
                "[[\"\\udfff\"]]");
        Arbitrary<String> members =
                net.jqwik.api.Combinators.combine(names, values).as((name, value) -> "\"" + name + "\":" + value);
        return members.list().ofMaxSize(10).map(list -> "{" + String.join(",", list) + "}");
    }

    static List<Map.Entry<String, String>> malformed() {
        return List.of(
                Map.entry("{", "body"),
                Map.entry("", "body"),
                Map.entry("[]", "body"),
                Map.entry("{} {}", "body"),
                Map.entry("{" + GOOD + ",\"id\":\"2\"}", "body"),
                Map.entry("{\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}", "specversion"),
                Map.entry("{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}", "specversion"),
                Map.entry("{\"specversion\":1.0,\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}", "specversion"),
                Map.entry("{\"specversion\":\"1.0\",\"source\":\"/s\",\"type\":\"t\",\"channel\":\"a\"}", "id"),
                Map.entry(
                        "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/s\",\"type\":\"t\",\"channel\":\"a\"}",
                        "id"),
                Map.entry(
                        "{\"specversion\":\"1.0\",\"id\":7,\"source\":\"/s\",\"type\":\"t\",\"channel\":\"a\"}", "id"),
                Map.entry(
                        "{\"specversion\":\"1.0\",\"id\":null,\"source\":\"/s\",\"type\":\"t\",\"channel\":\"a\"}",
                        "id"),
                Map.entry("{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"t\",\"channel\":\"a\"}", "source"),
                Map.entry(
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"a b\",\"type\":\"t\",\"channel\":\"a\"}",
                        "source"),
                Map.entry("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"channel\":\"a\"}", "type"),
                Map.entry("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}", "channel"),
                Map.entry(
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"channel\":\"a.*\"}",
                        "channel"),
                Map.entry("{" + GOOD + ",\"time\":\"yesterday\"}", "time"),
                Map.entry("{" + GOOD + ",\"time\":\"2026-11-24T10:00Z\"}", "time"),
                Map.entry("{" + GOOD + ",\"time\":\"2026-02-30T10:00:00Z\"}", "time"),
                Map.entry("{" + GOOD + ",\"time\":\"9999-12-31T23:59:59-01:00\"}", "time"),
                Map.entry("{" + GOOD + ",\"dataschema\":\"a b\"}", "dataschema"),
                Map.entry("{" + GOOD + ",\"datacontenttype\":\"json\"}", "datacontenttype"),
                Map.entry("{" + GOOD + ",\"Region\":\"eu\"}", "Region"),
                Map.entry("{" + GOOD + ",\"cursor\":\"x\"}", "cursor"),
                Map.entry("{" + GOOD + ",\"subscription\":\"x\"}", "subscription"),
                Map.entry("{" + GOOD + ",\"region\":{}}", "region"),
                Map.entry("{" + GOOD + ",\"region\":1.5}", "region"),
                Map.entry("{" + GOOD + ",\"region\":\"a\\u0000\"}", "region"),
                Map.entry("{" + GOOD + ",\"region\":\"\\ud800\"}", "region"),
                Map.entry("{" + GOOD + ",\"data\":1,\"data_base64\":\"AA==\"}", "data_base64"),
                Map.entry("{" + GOOD + ",\"data_base64\":\"%\"}", "data_base64"),
                Map.entry("{" + GOOD + ",\"data_base64\":7}", "data_base64"),
                Map.entry("{" + GOOD + ",\"datacontenttype\":\"text/plain\",\"data\":\"\\ud800\"}", "data"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void shouldNameWhatIsWrong(Map.Entry<String, String> sample) {
        var refusal = catchThrowableOfType(
                Rejected.class, () -> JsonEvents.read(null, sample.getKey().getBytes(StandardCharsets.UTF_8), LIMITS));
        assertThat(refusal.problem().reason()).isEqualTo(Reason.MALFORMED);
        assertThat(refusal.problem().field()).isEqualTo(sample.getValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "1.10", "\"😀\"", "[1,{\"a\":null}]", "12345678901234567890123"})
    void shouldKeepJsonDataAsItWas(String data) throws Exception {
        var event = JsonEvents.read(
                null, ("{" + GOOD + ",\"data\":" + data + "}").getBytes(StandardCharsets.UTF_8), LIMITS);
        assertThat(event.contentType()).isEqualTo("application/json");
        assertThat(new String(data(event), StandardCharsets.UTF_8))
                .isEqualToIgnoringCase(data.replace("1e400", "1E+400"));
    }

    @Test
    void shouldNotLetANumberGrow() throws Exception {
        String numbers = "1e9999,".repeat(1_000) + "1";
        var event = JsonEvents.read(
                null, ("{" + GOOD + ",\"data\":[" + numbers + "]}").getBytes(StandardCharsets.UTF_8), LIMITS);
        assertThat(event.size()).isLessThan(2 * numbers.length());
    }

    /** RFC 8259, section 8.1: whoever reads may ignore it. */
    @Test
    void shouldReadJsonWithoutTheMarkBeforeIt() throws Exception {
        byte[] marked = ("\uFEFF{" + GOOD + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(JsonEvents.read(null, marked, LIMITS).id()).isEqualTo("1");
    }

    @Test
    void shouldRefuseWhatOnlySluiceSays() {
        for (String forged : List.of(
                GOOD.replace("\"type\":\"t\"", "\"type\":\"sluice.close\""),
                GOOD.replace("\"source\":\"/s\"", "\"source\":\"/sluice\""),
                GOOD + ",\"cursor\":\"x\"",
                GOOD + ",\"subscription\":\"x\"")) {
            byte[] json = ("{" + forged + "}").getBytes(StandardCharsets.UTF_8);
            var refusal = catchThrowableOfType(Rejected.class, () -> JsonEvents.read(null, json, LIMITS));
            assertThat(refusal.problem().reason()).isEqualTo(Reason.MALFORMED);
            assertThat(refusal.problem().field()).isIn("type", "source", "cursor", "subscription");
        }
    }

    @Test
    void shouldReadExtensionsAsStrings() throws Exception {
        var event = JsonEvents.read(
                null,
                ("{" + GOOD + ",\"n\":7,\"b\":true,\"s\":\"x\",\"e\":\"\",\"z\":null}")
                        .getBytes(StandardCharsets.UTF_8),
                LIMITS);
        assertThat(event.extensions()).isEqualTo(Map.of("n", "7", "b", "true", "s", "x", "e", ""));
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        assertTooLarge("{" + GOOD + ",\"data\":\"" + "x".repeat(LIMITS.eventBytes()) + "\"}", "data");
        assertTooLarge("{" + GOOD + ",\"region\":\"" + "x".repeat(20_000) + "\"}", "attributes");
        assertTooLarge("{" + GOOD + ",\"datacontenttype\":\"a/" + "x".repeat(20_000) + "\"}", "attributes");
    }

    private static void assertTooLarge(String json, String field) {
        var refusal = catchThrowableOfType(
                Rejected.class, () -> JsonEvents.read(null, json.getBytes(StandardCharsets.UTF_8), LIMITS));
        assertThat(refusal.problem().reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refusal.problem().field()).isEqualTo(field);
    }

    @Test
    void shouldReadABatchItemByItem() throws Exception {
        var items =
                JsonEvents.readBatch(("[{" + GOOD + "},7,{},{" + GOOD + "}]").getBytes(StandardCharsets.UTF_8), LIMITS);
        assertThat(items).hasSize(4);
        assertThat(items.get(0)).isInstanceOf(JsonEvents.Item.Good.class);
        assertThat(items.get(1)).isInstanceOf(JsonEvents.Item.Bad.class);
        assertThat(items.get(2)).isInstanceOf(JsonEvents.Item.Bad.class);
        assertThat(items.get(3)).isInstanceOf(JsonEvents.Item.Good.class);
    }

    @Test
    void shouldRefuseABatchAsAWhole() {
        for (String batch : List.of("{}", "[", "null", "[" + "1,".repeat(500) + "1]")) {
            var refusal = catchThrowableOfType(
                    Rejected.class, () -> JsonEvents.readBatch(batch.getBytes(StandardCharsets.UTF_8), LIMITS));
            assertThat(refusal.problem().field()).isEqualTo("body");
        }
    }
}
