package dev.sluice.publisher;

import static dev.sluice.publisher.PublisherStack.ALICE;
import static dev.sluice.publisher.PublisherStack.PUBLISHER;
import static dev.sluice.publisher.PublisherStack.get;
import static dev.sluice.publisher.PublisherStack.json;
import static dev.sluice.publisher.PublisherStack.post;
import static dev.sluice.publisher.PublisherStack.records;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.cursor.Cursor;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class HttpPublishingIT {
    private static final String JSON = "application/json";

    @Test
    void shouldStoreAPlainPost() throws Exception {
        var answer = post("/v1/channels/rooms.plain/events", ALICE, "{\"text\":\"hello 😀\"}", "Content-Type", JSON);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(JSON);
        JsonNode receipt = json(answer);
        assertThat(receipt.get("channel").asText()).isEqualTo("rooms.plain");
        var record = only("rooms.plain");
        assertThat(header(record, "ce_id")).isEqualTo(receipt.get("id").asText());
        assertThat(header(record, "ce_type")).isEqualTo("message");
        assertThat(header(record, "ce_source")).isEqualTo("/users/alice");
        assertThat(header(record, "ce_channel")).isEqualTo("rooms.plain");
        assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
        assertThat(header(record, "ce_time")).isNotEmpty();
        assertThat(header(record, "content-type")).isEqualTo(JSON);
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("{\"text\":\"hello 😀\"}");
        assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        var cursor = Cursor.parse("cursor", receipt.get("cursor").asText());
        assertThat(cursor.offsetOf(record.partition())).isEqualTo(record.offset() + 1);
    }

    @Test
    void shouldTakeTypeAndIdempotencyKeyOfAPlainPost() {
        var answer = post(
                "/v1/channels/rooms.typed/events?type=order.shipped",
                ALICE,
                "bytes",
                "Content-Type",
                "application/octet-stream",
                "Idempotency-Key",
                "k-1");

        assertThat(json(answer).get("id").asText()).isEqualTo("k-1");
        assertThat(header(only("rooms.typed"), "ce_type")).isEqualTo("order.shipped");
    }

    @Test
    void shouldStoreABinaryCloudEvent() {
        var answer = post(
                "/v1/events",
                PUBLISHER,
                "{}",
                "Content-Type",
                JSON,
                "ce-specversion",
                "1.0",
                "ce-id",
                "b-1",
                "ce-source",
                "/shop",
                "ce-type",
                "order.placed",
                "ce-channel",
                "orders.binary",
                "ce-subject",
                "%E2%82%AC%20rates",
                "ce-region",
                "eu");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var record = only("orders.binary");
        assertThat(header(record, "ce_subject")).isEqualTo("€ rates");
        assertThat(header(record, "ce_region")).isEqualTo("eu");
    }

    @Test
    void shouldStoreAStructuredCloudEvent() {
        var answer = post(
                "/v1/channels/orders.structured/events",
                PUBLISHER,
                """
                {"specversion":"1.0","id":"s-1","source":"/shop","type":"order.placed","data":{"amount":1.10}}""",
                "Content-Type",
                "application/cloudevents+json; charset=UTF-8");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var record = only("orders.structured");
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("{\"amount\":1.10}");
        assertThat(header(record, "content-type")).isEqualTo(JSON);
    }

    @Test
    void shouldAnswerABatchItemByItem() {
        var answer = post("/v1/events", ALICE, """
                [{"specversion":"1.0","id":"1","source":"/s","type":"t","channel":"rooms.batch"},
                 {"specversion":"1.0","id":"2","source":"/s","type":"t"},
                 {"specversion":"1.0","source":"/s","type":"t","channel":"rooms.batch"},
                 {"specversion":"1.0","id":"4","source":"/s","type":"t","channel":"orders.batch"},
                 7,
                 {"specversion":"1.0","id":"6","source":"/s","type":"t","channel":"rooms.batch"}]""", "Content-Type", "application/cloudevents-batch+json");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode results = json(answer).get("results");
        assertThat(results).hasSize(6);
        assertThat(results.get(0).get("id").asText()).isEqualTo("1");
        assertError(results.get(1), "malformed", "channel");
        assertError(results.get(2), "malformed", "id");
        assertError(results.get(3), "forbidden", "channel");
        assertError(results.get(4), "malformed", "body");
        assertThat(results.get(5).get("cursor").asText()).isNotEmpty();
        assertThat(records("rooms.batch").stream().map(record -> header(record, "ce_id")))
                .containsExactly("1", "6");
    }

    private static void assertError(JsonNode item, String reason, String field) {
        assertThat(item.at("/error/reason").asText()).isEqualTo(reason);
        assertThat(item.at("/error/field").asText()).isEqualTo(field);
    }

    @Test
    void shouldRefuseMalformedJson() {
        assertRefused(post("/v1/channels/rooms.bad/events", ALICE, "{\"a\":", "Content-Type", JSON), 400, "body");
        assertRefused(
                post("/v1/channels/rooms.bad/events", ALICE, "{", "Content-Type", "application/cloudevents+json"),
                400,
                "body");
        assertRefused(
                post("/v1/events", ALICE, "[{]", "Content-Type", "application/cloudevents-batch+json"), 400, "body");
        assertRefused(
                post("/v1/events", ALICE, "{}", "Content-Type", "application/cloudevents-batch+json"), 400, "body");
        assertRefused(
                post("/v1/channels/rooms.bad/events", ALICE, new byte[] {-1}, "Content-Type", "text/plain"),
                400,
                "body");
    }

    @Test
    void shouldRefuseACloudEventWithoutItsRequiredAttributes() {
        assertRefused(
                post("/v1/channels/rooms.bad/events", ALICE, "{}", "ce-specversion", "1.0", "ce-id", "1"),
                400,
                "ce-source");
        assertRefused(post("/v1/channels/rooms.bad/events", ALICE, "{}", "ce-id", "1"), 400, "ce-specversion");
        assertRefused(
                post(
                        "/v1/events",
                        ALICE,
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}",
                        "Content-Type",
                        "application/cloudevents+json"),
                400,
                "channel");
        assertRefused(
                post(
                        "/v1/channels/rooms.bad/events",
                        ALICE,
                        "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}",
                        "Content-Type",
                        "application/cloudevents+json"),
                400,
                "specversion");
        assertRefused(
                post(
                        "/v1/channels/rooms.bad/events",
                        ALICE,
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"channel\":\"rooms.other\"}",
                        "Content-Type",
                        "application/cloudevents+json"),
                400,
                "channel");
    }

    @Test
    void shouldRefuseAnIllegalChannel() {
        for (String channel : List.of("rooms..a", "sluice.a", "rooms.*", "**", "a%20b", "a%2Cb", "x".repeat(201))) {
            assertRefused(post("/v1/channels/" + channel + "/events", PUBLISHER, "x"), 400, "channel");
        }
        // Two readers of such a path need not agree where it goes.
        assertRefused(post("/v1/channels/a%2Fb/events", PUBLISHER, "x"), 400, "path");
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        var large = new byte[256 * 1024 + 1];
        assertRefused(post("/v1/channels/rooms.big/events", ALICE, large), 413, "data");
        assertRefused(post("/v1/channels/rooms.big/events", ALICE, new byte[3_000_000]), 413, "data");
        assertRefused(post("/v1/channels/rooms.big/events", ALICE, new byte[20_000_000]), 413, "Content-Length");
        assertRefused(
                post(
                        "/v1/events",
                        ALICE,
                        "[" + " ".repeat(1024 * 1024) + "]",
                        "Content-Type",
                        "application/cloudevents-batch+json"),
                413,
                "body");
        assertRefused(
                post(
                        "/v1/events",
                        ALICE,
                        "[" + "1,".repeat(500) + "1]",
                        "Content-Type",
                        "application/cloudevents-batch+json"),
                413,
                "body");
        assertThat(post("/v1/channels/rooms.big/events", ALICE, new byte[256 * 1024])
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void shouldRefuseAWrongContentType() {
        assertRefused(
                post("/v1/events", ALICE, "x", "Content-Type", "application/cloudevents+avro"), 415, "Content-Type");
        assertRefused(post("/v1/events", ALICE, "{}", "Content-Type", JSON), 415, "Content-Type");
        assertRefused(
                post(
                        "/v1/channels/rooms.bad/events",
                        ALICE,
                        "[]",
                        "Content-Type",
                        "application/cloudevents-batch+json"),
                415,
                "Content-Type");
        assertRefused(
                post("/v1/channels/rooms.bad/events", ALICE, "x", "Content-Type", "text/plain; charset=utf-16"),
                415,
                "Content-Type");
        assertRefused(
                post("/v1/channels/rooms.bad/events", ALICE, "x", "Content-Encoding", "gzip"), 415, "Content-Encoding");
        assertRefused(post("/v1/channels/rooms.bad/events", ALICE, "x", "Content-Type", "junk"), 415, "Content-Type");
    }

    @Test
    void shouldRefuseUnknownParametersAndPaths() {
        assertRefused(post("/v1/channels/rooms.bad/events?typ=a", ALICE, "x"), 400, "typ");
        assertRefused(post("/v1/nothing", ALICE, "x"), 404, "");
        assertRefused(post("/nothing", ALICE, "x"), 404, "");
        assertRefused(
                PublisherStack.send(java.net.http.HttpRequest.newBuilder(PublisherStack.uri("/v1/events"))
                        .header("Authorization", "Bearer " + ALICE)
                        .build()),
                405,
                "");
    }

    @Test
    void shouldRefuseAChannelThatIsNotAllowed() {
        assertRefused(post("/v1/channels/orders.1/events", ALICE, "x"), 403, "channel");
    }

    @Test
    void shouldStayOpenForHealthMetricsAndOpenApi() {
        assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
        post("/v1/channels/rooms.metrics/events", ALICE, "x");
        assertThat(get("/q/metrics").body())
                .contains("sluice_publish_events_total{form=\"plain\",outcome=\"stored\"}")
                .contains("sluice_publish_duration_seconds_bucket")
                .contains("sluice_publish_bytes_total")
                .contains("sluice_publish_inflight_bytes");
        assertThat(get("/q/openapi").body())
                .contains("/v1/channels/{channel}/events")
                .contains("application/cloudevents-batch+json")
                .contains("problem+json");
        HttpResponse<String> notSo = get("/v1/events");
        assertThat(notSo.statusCode()).isEqualTo(405);
        assertThat(notSo.headers().firstValue("Allow"))
                .hasValueSatisfying(allow -> assertThat(allow).contains("POST"));
    }

    static void assertRefused(HttpResponse<String> answer, int status, String field) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asText()).isNotEmpty();
        assertThat(problem.path("reason").asText()).isNotEmpty();
        assertThat(problem.path("field").asText()).isEqualTo(field);
    }

    private static ConsumerRecord<String, byte[]> only(String channel) {
        var found = records(channel);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
