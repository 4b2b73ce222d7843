package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.client.http.Producer;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@BadInput
class PublishOverHttpIT {

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final int MOST_DATA = 256 * 1024;

    private final Sluice sluice;
    private final Producer producer;
    private final String channel = Sluice.unique("public.publish-over-http");

    PublishOverHttpIT(Sluice sluice) {
        this.sluice = sluice;
        this.producer = sluice.producer();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":", "{'a':1}", "", "{\"a\":1} {}", "{\"a\":1,\"a\":2}", "nothing"})
    void shouldRefuseAPlainPostOfMalformedJson(String body) {
        assertRefused(producer.post(NewEvent.json(channel, body)), "400 malformed body");
    }

    @Test
    void shouldRefuseTextThatIsNoUtf8() {
        assertRefused(
                producer.post(NewEvent.of(channel, "text/plain", new byte[] {'a', (byte) 0xFF})), "400 malformed body");
    }

    /** A mark before JSON (RFC 8259, section 8.1), and UTF-8 by a name that others have for it. */
    @Test
    void shouldTakeWhatIsUnambiguous() {
        try (var reader = sluice.subscribe(Protocol.NDJSON, SubscriptionRequest.to(channel))) {
            Expect.started(reader);
            producer.accepted(NewEvent.json(channel, "\uFEFF{\"n\":1}"));
            producer.accepted(NewEvent.of(
                    channel, "application/json; charset=utf8", "{\"n\":2}".getBytes(StandardCharsets.UTF_8)));
            assertThat(producer.events(STRUCTURED, "\uFEFF" + structured("3")).status())
                    .isEqualTo(201);
            assertThat(producer.events(
                                    STRUCTURED + "; charset=utf8",
                                    structured("4").toString())
                            .status())
                    .isEqualTo(201);
            assertThat(producer.events(BATCH, "\uFEFF[" + structured("5") + "]").status())
                    .isEqualTo(200);
            assertThat(Expect.events(reader, 5))
                    .extracting(Received.Event::text)
                    .containsExactly("{\"n\":1}", "{\"n\":2}", "\"3\"", "\"4\"", "\"5\"");
        }
    }

    /** What HTTP.binary of the CloudEvents SDK for JavaScript makes of a string. */
    @Test
    void shouldSayWhatToSendForTextThatIsCalledJson() {
        var answer = Http.send(producer.channelPost(channel)
                .header("ce-specversion", "1.0")
                .header("ce-id", "1")
                .header("ce-source", "/sdk")
                .header("ce-type", "test")
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString("hello")));
        assertRefused(answer, "400 malformed body");
        assertThat(answer.refusal().detail()).contains("text/plain", "datacontenttype");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"specversion\":", "[]", "7", "\"text\"", "null", ""})
    void shouldRefuseAStructuredEventThatIsNone(String body) {
        assertRefused(producer.events(STRUCTURED, body), "400 malformed body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "source", "type", "channel"})
    void shouldRefuseAStructuredEventWithoutARequiredAttribute(String missing) {
        var event = structured("1");
        event.remove(missing);
        assertRefused(producer.events(STRUCTURED, event.toString()), "400 malformed " + missing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce-specversion", "ce-id", "ce-source", "ce-type", "ce-channel"})
    void shouldRefuseABinaryEventWithoutARequiredAttribute(String missing) {
        var request = Http.request(sluice.url(Component.PUBLISHER).resolve("/v1/events"), sluice.admin());
        for (var header : List.of("ce-specversion", "ce-id", "ce-source", "ce-type", "ce-channel")) {
            if (!header.equals(missing)) {
                request.header(
                        header, header.equals("ce-specversion") ? "1.0" : header.equals("ce-channel") ? channel : "x");
            }
        }
        assertRefused(
                Http.send(request.header("Content-Type", "text/plain").POST(BodyPublishers.ofString("x"))),
                "400 malformed " + missing);
    }

    @ParameterizedTest
    @CsvSource({
        "specversion, 0.3",
        "id, ''",
        "type, ''",
        "source, 'no uri at all'",
        "time, yesterday",
        "dataschema, 'no uri'",
        "datacontenttype, nonsense",
        "Region, upper-case",
        "cursor, ours",
        "subscription, ours",
        "channel, a..b",
        "channel, sluice.secret",
        "channel, rooms.*"
    })
    void shouldNameTheAttributeThatIsWrong(String attribute, String value) {
        var event = structured("1").put(attribute, value);
        assertRefused(producer.events(STRUCTURED, event.toString()), "400 malformed " + attribute);
    }

    @Test
    void shouldRefuseAnEventThatSaysAnotherChannelThanThePath() {
        var answer = Http.send(producer.channelPost("rooms.other")
                .header("Content-Type", STRUCTURED)
                .POST(BodyPublishers.ofString(structured("1").toString())));
        assertRefused(answer, "400 malformed channel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", "a%20b", "gr%C3%BC%C3%9Fe", "sluice.x", "sluice", "rooms.*", "rooms.**", "*"})
    void shouldRefuseAnIllegalOrReservedChannelAndAPattern(String path) {
        assertRefused(
                Http.send(producer.channelPost(path).POST(BodyPublishers.ofString("x"))), "400 malformed channel");
    }

    /** Two readers of such a path need not agree where it goes. */
    @Test
    void shouldRefuseAnEncodedSlash() {
        assertRefused(
                Http.send(producer.channelPost("a%2Fb").POST(BodyPublishers.ofString("x"))), "400 malformed path");
    }

    @Test
    void shouldRefuseAnOversizedEvent() {
        var answer = producer.post(NewEvent.of(channel, "application/octet-stream", new byte[MOST_DATA + 1]));
        assertRefused(answer, "413 too-large data");
        producer.accepted(NewEvent.of(channel, "application/octet-stream", new byte[MOST_DATA]));
    }

    @Test
    void shouldRefuseABodyOfAnySizeWithoutLosingTheProcess() {
        var answer = producer.post(NewEvent.of(channel, "application/octet-stream", new byte[20 * 1024 * 1024]));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.refusal().reason()).isEqualTo("too-large");
    }

    @Test
    void shouldRefuseAnOversizedBatch() {
        assertRefused(producer.events(BATCH, batch(501)), "413 too-large body");
        var big = structured("big");
        big.put("data", "x".repeat(200 * 1024));
        var six = String.join(",", Collections.nCopies(6, big.toString()));
        assertRefused(producer.events(BATCH, "[" + six + "]"), "413 too-large body");
        assertThat(producer.events(BATCH, batch(500)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/cloudevents+avro", "application/json"})
    void shouldRefuseAContentTypeThatIsNoCloudEvent(String contentType) {
        assertRefused(producer.events(contentType, "{}"), "415 unsupported-media-type Content-Type");
    }

    @Test
    void shouldRefuseAContentTypeThatIsNone() {
        assertRefused(
                producer.post(NewEvent.of(channel, "no media type", new byte[1])),
                "415 unsupported-media-type Content-Type");
    }

    @Test
    void shouldRefuseAParameterThatThereIsNot() {
        var answer = Http.send(producer.channelPost(channel + "?tpye=x").POST(BodyPublishers.ofString("x")));
        assertRefused(answer, "400 malformed tpye");
    }

    @ParameterizedTest
    @EnumSource(BadTokens.class)
    void shouldRefuseABadToken(BadTokens bad) {
        var answer = sluice.producer(bad.token(sluice)).post(NewEvent.text("rooms.lobby", "x"));
        assertRefused(answer, "401 " + bad.reason() + " Authorization");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void shouldRefuseATokenInTheUrl() {
        var answer = Http.send(sluice.producer("")
                .channelPost("rooms.lobby?access_token=" + sluice.token("alice"))
                .POST(BodyPublishers.ofString("x")));
        assertThat(answer.status()).isIn(400, 401);
        assertThat(answer.refusal().reason()).isIn("malformed", "unauthenticated");
    }

    @Test
    void shouldRefuseAChannelThatIsNotAllowed() {
        var answer = sluice.producer(sluice.token("alice")).post(NewEvent.text("orders.1", "x"));
        assertRefused(answer, "403 forbidden channel");
    }

    @Test
    void shouldAnswerABatchItemByItem() {
        var reader = sluice.subscribe(Protocol.SSE, SubscriptionRequest.to(channel));
        Expect.started(reader);
        var items = new ArrayList<String>();
        items.add(structured("good-1").toString());
        items.add("{\"specversion\":\"1.0\",\"source\":\"/t\",\"type\":\"t\",\"channel\":\"" + channel + "\"}");
        items.add("7");
        items.add(structured("reserved").put("channel", "sluice.x").toString());
        items.add(structured("big").put("data", "x".repeat(MOST_DATA + 1)).toString());
        items.add(structured("good-2").toString());
        var answer = producer.events(BATCH, "[" + String.join(",", items) + "]");

        assertThat(answer.status()).isEqualTo(200);
        var results = answer.json().path("results");
        assertThat(results).hasSize(6);
        assertThat(results.path(0).path("id").asText()).isEqualTo("good-1");
        assertThat(results.path(0).path("cursor").asText()).isNotEmpty();
        assertThat(error(results.path(1))).isEqualTo("malformed id");
        assertThat(error(results.path(2))).startsWith("malformed");
        assertThat(error(results.path(3))).isEqualTo("malformed channel");
        assertThat(error(results.path(4))).isEqualTo("too-large data");
        assertThat(results.path(5).path("id").asText()).isEqualTo("good-2");
        try (reader) {
            assertThat(Expect.events(reader, 2))
                    .extracting(Received.Event::text)
                    .containsExactly("\"good-1\"", "\"good-2\"");
        }
    }

    @Test
    void shouldRefuseOnlyTheItemsOfABatchThatAreNotAllowed() {
        var alice = sluice.producer(sluice.token("alice"));
        var allowed = structured("1").put("channel", "rooms.lobby");
        var results = alice.events(BATCH, "[" + structured("2") + "," + allowed + "]")
                .json()
                .path("results");
        assertThat(error(results.path(0))).isEqualTo("forbidden channel");
        assertThat(results.path(1).path("id").asText()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[", "7"})
    void shouldRefuseABatchThatIsNone(String body) {
        assertRefused(producer.events(BATCH, body), "400 malformed body");
    }

    private ObjectNode structured(String id) {
        return Json.object()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", "/tests")
                .put("type", "test")
                .put("channel", channel)
                .put("data", id);
    }

    private String batch(int events) {
        var items = new ArrayList<String>();
        for (var i = 0; i < events; i++) {
            items.add(structured(Sluice.unique("batch")).toString());
        }
        return "[" + String.join(",", items) + "]";
    }

    private static String error(JsonNode item) {
        var error = item.path("error");
        return (error.path("reason").asText() + " " + error.path("field").asText()).strip();
    }

    private static void assertRefused(Answer answer, String expected) {
        var refusal = answer.refusal();
        assertThat(refusal.summary()).as(answer.body()).isEqualTo(expected);
        assertThat(refusal.detail()).isNotEmpty();
    }
}
