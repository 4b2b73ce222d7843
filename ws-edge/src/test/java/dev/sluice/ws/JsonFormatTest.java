package dev.sluice.ws;

import static dev.sluice.ws.Frames.ascii;
import static dev.sluice.ws.Frames.event;
import static dev.sluice.ws.Frames.json;
import static dev.sluice.ws.Frames.written;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.conversation.Reply;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import dev.sluice.fanout.session.GapReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonFormatTest {
    private static final byte[] CURSOR = ascii("CUR");

    private static JsonNode frame(FrameFormat format, Event event) {
        return written(out ->
                format.event(out, format.label("my \"sub\""), format.body().encode(event, 0), CURSOR));
    }

    @Test
    void shouldShowJsonTextAndBytesEachInItsWay() {
        JsonNode frame = frame(JsonFormat.DATA, event("application/json", ascii("{\"x\": 1}")));
        assertThat(frame)
                .isEqualTo(
                        json("{'op':'event','subscription':'my \\'sub\\'','cursor':'CUR','channel':'a.b','id':'i\\'d',"
                                + "'source':'/s','type':'t','time':'1970-01-01T00:00:00Z','subject':'sub',"
                                + "'contentType':'application/json','attributes':{'region':'eü'},'data':{'x':1}}"));
        assertThat(frame(JsonFormat.DATA, event("text/plain", ascii("{\"x\"")))
                        .get("data")
                        .textValue())
                .isEqualTo("{\"x\"");
        assertThat(frame(JsonFormat.DATA, event("image/png", new byte[] {-1}))
                        .get("data_base64")
                        .textValue())
                .isEqualTo("/w==");
        assertThat(frame(JsonFormat.DATA, event(null, null)).has("data")).isFalse();
    }

    @Test
    void shouldPutACloudEventIntoItsMember() {
        JsonNode frame = frame(JsonFormat.CLOUDEVENTS, event("application/json", ascii("[1]")));

        assertThat(frame.properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactly("op", "subscription", "cursor", "event");
        assertThat(frame.get("event").get("specversion").textValue()).isEqualTo("1.0");
        assertThat(frame.get("event").get("data")).isEqualTo(json("[1]"));
    }

    @Test
    void shouldAddCursorAndSubscriptionToAPlainCloudEvent() {
        JsonNode frame = frame(new CloudEventsFormat(Fields.ALL), event("text/plain", ascii("hi")));

        assertThat(frame.get("cursor").textValue()).isEqualTo("CUR");
        assertThat(frame.get("subscription").textValue()).isEqualTo("my \"sub\"");
        assertThat(frame.get("data").textValue()).isEqualTo("hi");
    }

    @Test
    void shouldSendNoMoreAttributesThanWereAskedFor() {
        Event json = event("application/json", ascii("{\"x\": 1}"));
        assertThat(text(new JsonFormat(Form.DATA, Fields.NONE), "", json))
                .isEqualTo("{\"op\":\"event\",\"cursor\":\"CUR\",\"data\":{\"x\": 1}}");
        assertThat(text(new JsonFormat(Form.DATA, Fields.NONE), "s", json))
                .isEqualTo("{\"op\":\"event\",\"subscription\":\"s\",\"cursor\":\"CUR\",\"data\":{\"x\": 1}}");
        assertThat(text(new JsonFormat(Form.DATA, Fields.NONE), "", event(null, null)))
                .isEqualTo("{\"op\":\"event\",\"cursor\":\"CUR\"}");
        assertThat(new JsonFormat(Form.DATA, Fields.NONE).alwaysNames()).isFalse();
        assertThat(new JsonFormat(Form.DATA, Fields.TYPE).alwaysNames()).isTrue();
    }

    @Test
    void shouldSendTheAttributesThatWereNamed() {
        Event json = event("application/json", ascii("{\"id\": 1}"));
        assertThat(text(chosen(Form.DATA, "id", "datacontenttype", "region"), "", json))
                .isEqualTo(
                        "{\"op\":\"event\",\"cursor\":\"CUR\",\"id\":\"i\\\"d\",\"contentType\":\"application/json\","
                                + "\"attributes\":{\"region\":\"eü\"},\"data\":{\"id\": 1}}");
        assertThat(text(chosen(Form.DATA, "channel"), "", event(null, null)))
                .isEqualTo("{\"op\":\"event\",\"cursor\":\"CUR\",\"channel\":\"a.b\"}");
        assertThat(text(chosen(Form.DATA, "unknown"), "", event(null, null)))
                .isEqualTo("{\"op\":\"event\",\"cursor\":\"CUR\"}");
    }

    @Test
    void shouldKeepACloudEventACloudEvent() {
        JsonNode frame = json(text(chosen(Form.CLOUDEVENTS, "channel"), "", event("application/json", ascii("[1]"))));
        assertThat(frame.get("event").properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder("specversion", "id", "source", "type", "datacontenttype", "channel", "data");
        JsonNode bare = json(text(new CloudEventsFormat(Fields.NONE), "", event("text/plain", ascii("hi"))));
        assertThat(bare.properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder("specversion", "id", "source", "type", "datacontenttype", "data", "cursor");
    }

    /** What a plain post of 100 bytes takes on the wire, the WebSocket's header included. */
    @Test
    void shouldTakeLittleMoreThanThePayloadWhereNothingElseIsAskedFor() {
        byte[] payload = ascii("{\"text\":\"" + "x".repeat(89) + "\"}");
        assertThat(payload).hasSize(100);
        var event = new Event(
                new dev.sluice.contract.channel.Channel("rooms.lobby"),
                "0b7f5b1e-54c4-4b3c-9d4e-3f6a2f6f9f10",
                "/users/alice",
                "message",
                java.time.Instant.parse("2026-11-26T10:00:00.123Z"),
                null,
                "application/json",
                null,
                java.util.Map.of(),
                payload);
        int all = bytes(JsonFormat.DATA, "1", event);
        int channel = bytes(chosen(Form.DATA, "channel"), "1", event);
        int none = bytes(new JsonFormat(Form.DATA, Fields.NONE), "", event);
        System.out.printf(
                "A plain post of 100 bytes on sluice.v1.json: %d bytes with all fields, %d with fields=channel, %d with fields=none%n",
                all, channel, none);
        assertThat(none).isLessThanOrEqualTo(155);
        assertThat(all).isGreaterThan(2 * none);
    }

    private static int bytes(FrameFormat format, String label, Event event) {
        var out = io.netty.buffer.Unpooled.buffer();
        format.event(out, format.label(label), format.body().encode(event, 0), ascii("URCIZFaRBAcDYA"));
        return out.readableBytes();
    }

    private static JsonFormat chosen(Form form, String... names) {
        return new JsonFormat(form, new Fields(false, java.util.Set.of(names)));
    }

    private static String text(FrameFormat format, String label, Event event) {
        return Frames.text(
                out -> format.event(out, format.label(label), format.body().encode(event, 0), CURSOR));
    }

    @Test
    void shouldNameTheSubscriptionOfAControlMessage() {
        var gap = new Control.Gap(GapReason.EXPIRED, "A", "B");

        assertThat(written(out -> JsonFormat.DATA.control(out, JsonFormat.DATA.label("s"), gap, ascii("B"))))
                .isEqualTo(json("{'op':'gap','subscription':'s','reason':'expired','from':'A','to':'B','cursor':'B'}"));
        assertThat(written(out -> JsonFormat.DATA.control(
                        out,
                        JsonFormat.DATA.label(""),
                        new Control.Close(Reason.DRAINING, Duration.ofMillis(250)),
                        new byte[0])))
                .isEqualTo(json("{'op':'close','reason':'draining','reconnectAfterMs':250}"));
    }

    @Test
    void shouldWriteRepliesInBothLanguages() {
        var failed = new Reply.Failed("7", Problem.malformed("channels[0]", "no"));
        assertThat(written(out -> new JsonSubprotocol().reply(out, failed)))
                .isEqualTo(json("{'op':'error','id':'7','reason':'malformed','field':'channels[0]','detail':'no'}"));
        assertThat(written(
                        out -> new JsonSubprotocol().reply(out, new Reply.Subscribed("1", "C", Duration.ofSeconds(4)))))
                .isEqualTo(json(
                        "{'op':'subscribed','id':'1','subscription':'1','cursor':'C','heartbeatIntervalMs':4000}"));

        JsonNode event = written(
                out -> new CloudEventsSubprotocol().reply(out, new Reply.Subscribed("1", "C", Duration.ofSeconds(4))));
        assertThat(event.get("type").textValue()).isEqualTo("sluice.subscribed");
        assertThat(event.get("source").textValue()).isEqualTo("/sluice");
        assertThat(event.get("cursor").textValue()).isEqualTo("C");
        for (Reply reply : List.of(failed, new Reply.Pong("1"), new Reply.Authenticated("2", null))) {
            assertThat(written(out -> new CloudEventsSubprotocol().reply(out, reply))
                            .get("type")
                            .textValue())
                    .startsWith("sluice.");
        }
    }
}
