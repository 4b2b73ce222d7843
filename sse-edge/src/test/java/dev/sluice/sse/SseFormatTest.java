package dev.sluice.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import dev.sluice.fanout.session.GapReason;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SseFormatTest {
    private static final byte[] NONE = {};

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String event(FrameFormat format, String type, @Nullable String contentType, byte @Nullable [] data) {
        var event = new Event(new Channel("a"), "1", "/s", type, null, null, contentType, null, Map.of(), data);
        var out = Unpooled.buffer();
        format.event(out, format.label("stream"), format.body().encode(event, 0), ascii("CUR"));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String control(Control control, String cursor) {
        var out = Unpooled.buffer();
        SseFormat.DATA.control(out, NONE, control, ascii(cursor));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldLeaveOutTheTypeOfAPlainMessage() {
        assertThat(event(SseFormat.DATA, "message", "text/plain", ascii("hello")))
                .isEqualTo("id: CUR\ndata: hello\n\n");
        assertThat(event(SseFormat.DATA, "order.shipped", "text/plain", ascii("hello")))
                .isEqualTo("id: CUR\nevent: order.shipped\ndata: hello\n\n");
    }

    /** Every line break that an event stream knows, and no more lines than there are. */
    @ParameterizedTest
    @CsvSource({
        "'',data: |",
        "a,data: a|",
        "a~b,data: a|data: b|",
        "a^b,data: a|data: b|",
        "a^~b,data: a|data: b|",
        "a~^b,data: a|data: |data: b|",
        "a~,data: a|data: |",
        "~,data: |data: |",
        "' a',data:  a|"
    })
    void shouldGiveEachLineItsOwnField(String data, String lines) {
        byte[] bytes = ascii(data.replace('~', '\n').replace('^', '\r'));

        assertThat(event(SseFormat.DATA, "message", "text/plain", bytes))
                .isEqualTo("id: CUR\n" + lines.replace('|', '\n') + "\n");
    }

    @Test
    void shouldNotLetATypeBreakOutOfItsLine() {
        assertThat(event(SseFormat.DATA, "x\ndata: forged\r\n", "text/plain", ascii("d")))
                .isEqualTo("id: CUR\nevent: x data: forged  \ndata: d\n\n");
    }

    @Test
    void shouldSendBinaryAsBase64AndNothingAsAnEmptyLine() {
        assertThat(event(SseFormat.DATA, "message", "application/octet-stream", new byte[] {0, (byte) 0xFF}))
                .isEqualTo("id: CUR\ndata: AP8=\n\n");
        assertThat(event(SseFormat.DATA, "message", null, null)).isEqualTo("id: CUR\n: no data\ndata: \n\n");
        assertThat(event(SseFormat.DATA, "message", "text/plain", NONE)).isEqualTo("id: CUR\ndata: \n\n");
    }

    /** What a page hears as onerror or onopen is the browser's, never an event. */
    @ParameterizedTest
    @CsvSource({"error,event.error", "open,event.open", "errors,errors", "Error,Error"})
    void shouldNotSpeakForTheBrowser(String type, String name) {
        assertThat(event(SseFormat.DATA, type, "text/plain", ascii("x")))
                .isEqualTo("id: CUR\nevent: " + name + "\ndata: x\n\n");
        assertThat(event(SseFormat.CLOUDEVENTS, type, "text/plain", ascii("x")))
                .startsWith("id: CUR\nevent: " + name + "\ndata: {")
                .contains("\"type\":\"" + type + "\"");
    }

    @Test
    void shouldSendAWholeCloudEventWhereAskedTo() {
        assertThat(event(SseFormat.CLOUDEVENTS, "t", "application/json", ascii("{\n\"x\":1}")))
                .startsWith("id: CUR\nevent: t\ndata: {")
                .contains("\"channel\":\"a\"")
                .contains("\"data\":{ \"x\":1}")
                .endsWith("}\n\n")
                .hasLineCount(4);
    }

    @Test
    void shouldWakeNobodyWithAHeartbeat() {
        assertThat(control(Control.Heartbeat.STILL, "CUR")).isEqualTo(":\n");
        assertThat(control(Control.Heartbeat.STILL, "")).isEqualTo(":\n");
        assertThat(control(Control.Heartbeat.MOVED, "CUR"))
                .isEqualTo("id: CUR\nevent: sluice.heartbeat\ndata: {\"cursor\":\"CUR\"}\n\n");
    }

    @Test
    void shouldSendNoMoreAttributesThanWereAskedFor() {
        byte[] json = ascii("{\"x\":1}");
        assertThat(event(new SseFormat(Form.DATA, Fields.NONE), "t", "application/json", json))
                .isEqualTo("id: CUR\ndata: {\"x\":1}\n\n");
        assertThat(event(new SseFormat(Form.DATA, Fields.NONE), "message", "application/json", json))
                .isEqualTo("id: CUR\ndata: {\"x\":1}\n\n");
        assertThat(event(new SseFormat(Form.DATA, chosen("channel", "id")), "t", "application/json", json))
                .isEqualTo("id: CUR\ndata: {\"id\":\"1\",\"channel\":\"a\",\"data\":{\"x\":1}}\n\n");
        assertThat(event(new SseFormat(Form.DATA, chosen("channel", "type")), "t", "text/plain", ascii("a\nb")))
                .isEqualTo("id: CUR\nevent: t\ndata: {\"type\":\"t\",\"channel\":\"a\",\"data\":\"a\\nb\"}\n\n");
        assertThat(event(new SseFormat(Form.DATA, chosen("channel")), "message", null, null))
                .isEqualTo("id: CUR\ndata: {\"channel\":\"a\"}\n\n");
        assertThat(event(new SseFormat(Form.DATA, Fields.ALL), "t", "application/json", json))
                .isEqualTo(event(SseFormat.CLOUDEVENTS, "t", "application/json", json));
        assertThat(event(new SseFormat(Form.CLOUDEVENTS, Fields.NONE), "t", "application/json", json))
                .startsWith("id: CUR\nevent: t\ndata: {\"specversion\":\"1.0\",")
                .contains("\"type\":\"t\"", "\"data\":{\"x\":1}")
                .doesNotContain("channel")
                .endsWith("}\n\n");
        assertThat(event(new NdjsonFormat(Fields.NONE), "t", "application/json", json))
                .doesNotContain("channel")
                .endsWith(",\"data\":{\"x\":1},\"cursor\":\"CUR\"}\n");
    }

    private static Fields chosen(String... names) {
        return new Fields(false, java.util.Set.of(names));
    }

    @Test
    void shouldNameControlMessages() {
        assertThat(control(new Control.Gap(GapReason.EXPIRED, "A", "B"), "B"))
                .isEqualTo("id: B\nevent: sluice.gap\n"
                        + "data: {\"reason\":\"expired\",\"from\":\"A\",\"to\":\"B\",\"cursor\":\"B\"}\n\n");
        assertThat(control(
                        new Control.Open("s", Instant.parse("2026-11-24T10:00:00Z"), null, Duration.ofSeconds(15)),
                        "C"))
                .isEqualTo(
                        "id: C\nevent: sluice.open\ndata: {\"session\":\"s\","
                                + "\"serverTime\":\"2026-11-24T10:00:00Z\",\"heartbeatIntervalMs\":15000,\"cursor\":\"C\"}\n\n");
    }

    @Test
    void shouldTellEventSourceWhenToComeBack() {
        assertThat(control(new Control.Close(Reason.DRAINING, Duration.ofMillis(1_500)), "C"))
                .startsWith("id: C\nretry: 1500\nevent: sluice.close\n");
        assertThat(control(new Control.Close(Reason.TOKEN_EXPIRED, Duration.ZERO), "C"))
                .doesNotContain("retry:");
    }

    @Test
    void shouldPutEachEventOnOneLineOfNdjson() {
        assertThat(event(new NdjsonFormat(Fields.ALL), "t", "application/json", ascii("{\r\n\"x\":\n1}")))
                .hasLineCount(1)
                .endsWith(",\"data\":{  \"x\": 1},\"cursor\":\"CUR\"}\n");
    }
}
