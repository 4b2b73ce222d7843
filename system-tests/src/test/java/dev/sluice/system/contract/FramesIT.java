package dev.sluice.system.contract;

import static dev.sluice.client.websocket.PerMessageDeflate.COMPRESSED;
import static dev.sluice.client.websocket.RawFrame.BINARY;
import static dev.sluice.client.websocket.RawFrame.CLOSE;
import static dev.sluice.client.websocket.RawFrame.CONTINUATION;
import static dev.sluice.client.websocket.RawFrame.FIN;
import static dev.sluice.client.websocket.RawFrame.PING;
import static dev.sluice.client.websocket.RawFrame.PONG;
import static dev.sluice.client.websocket.RawFrame.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.websocket.PerMessageDeflate;
import dev.sluice.client.websocket.RawFrame;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket down to the frames (RFC 6455), in the way of the Autobahn test suite. */
@ExtendWith(SharedSluice.class)
class FramesIT {
    private static final String ASK = "{\"op\":\"ping\",\"id\":\"ä-1\"}";

    private final Sluice sluice;
    private RawClient client;

    FramesIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @BeforeEach
    void connect() {
        client = RawClient.connect(sluice.url(Component.WS_EDGE));
        client.send(RawHandshake.request(sluice.token("alice"), Map.of())).readUntil("\r\n\r\n");
        assertThat(next().text()).contains("\"op\":\"open\"");
    }

    @AfterEach
    void close() {
        client.close();
    }

    private void send(RawFrame... frames) {
        client.send(RawFrame.join(frames));
    }

    /** The next one that is no heartbeat. */
    private static RawFrame next(RawClient client) {
        var frame = RawFrame.read(client.input());
        return frame.opcode() == TEXT && frame.text().contains("\"op\":\"heartbeat\"") ? next(client) : frame;
    }

    private RawFrame next() {
        return next(client);
    }

    private void assertAnswered() {
        var answer = next();
        assertThat(answer.first()).isEqualTo(FIN | TEXT);
        assertThat(answer.text()).contains("\"op\":\"pong\"").contains("\"id\":\"ä-1\"");
    }

    private void assertClosed(int code) {
        assertClosed(client, code);
    }

    private static void assertClosed(RawClient client, int code) {
        var close = next(client);
        assertThat(close.opcode()).as(close.text()).isEqualTo(CLOSE);
        assertThat(close.closeCode()).isEqualTo(code);
        client.awaitEnd();
    }

    // ---- What has to work

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void shouldPutFragmentsTogetherWhereverTheyAreCut(int bytes) {
        var whole = ASK.getBytes(StandardCharsets.UTF_8);
        for (var from = 0; from < whole.length; from += bytes) {
            var to = Math.min(from + bytes, whole.length);
            var first = (from == 0 ? TEXT : CONTINUATION) | (to == whole.length ? FIN : 0);
            send(new RawFrame(first, Arrays.copyOfRange(whole, from, to)));
        }
        assertAnswered();
    }

    @Test
    void shouldTakeEmptyFragments() {
        send(RawFrame.of(TEXT, ""), RawFrame.of(CONTINUATION, ASK), RawFrame.of(FIN | CONTINUATION, ""));
        assertAnswered();
    }

    @Test
    void shouldAnswerAPingAmidAMessage() {
        send(RawFrame.of(TEXT, ASK.substring(0, 5)), RawFrame.of(FIN | PING, "amid"));

        var pong = next();
        assertThat(pong.first()).isEqualTo(FIN | PONG);
        assertThat(pong.text()).isEqualTo("amid");

        send(RawFrame.of(FIN | CONTINUATION, ASK.substring(5)));
        assertAnswered();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125})
    void shouldAnswerAPingWithWhatItHolds(int length) {
        send(RawFrame.of(FIN | PING, "p".repeat(length)));

        var pong = next();
        assertThat(pong.first()).isEqualTo(FIN | PONG);
        assertThat(pong.text()).isEqualTo("p".repeat(length));
    }

    @Test
    void shouldNotMindAPongThatNobodyAskedFor() {
        send(RawFrame.of(FIN | PONG, "unasked"), RawFrame.of(FIN | TEXT, ASK));
        assertAnswered();
    }

    @Test
    void shouldTakeEveryFrameOfOnePacketInOrder() {
        var all = RawFrame.of(FIN | TEXT, ASK).bytes();
        var ten = new byte[10 * all.length];
        for (var i = 0; i < 10; i++) {
            System.arraycopy(all, 0, ten, i * all.length, all.length);
        }
        client.send(ten);
        for (var i = 0; i < 10; i++) {
            assertAnswered();
        }
    }

    @Test
    void shouldTakeAFrameByteByByte() {
        for (var b : RawFrame.of(FIN | TEXT, ASK).bytes()) {
            client.send(new byte[] {b});
        }
        assertAnswered();
    }

    /** As long as no operator has switched it on (see DeflateIT). */
    @Test
    void shouldDeclineCompression() {
        try (var other = RawClient.connect(sluice.url(Component.WS_EDGE))) {
            var head = other.send(RawHandshake.request(
                            sluice.token("alice"), Map.of("Sec-WebSocket-Extensions", "permessage-deflate")))
                    .readUntil("\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
            assertThat(next(other).text()).contains("\"op\":\"open\"");
            other.send(new RawFrame(FIN | COMPRESSED | TEXT, new PerMessageDeflate().deflate(ASK)).bytes());
            assertClosed(other, 1002);
        }
    }

    // ---- Closing

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1003, 1007, 1008, 1009, 1011, 3000, 3999, 4000, 4999})
    void shouldEchoACloseAndEnd(int code) {
        send(RawFrame.close(code, "bye".getBytes(StandardCharsets.UTF_8)));
        assertClosed(code);
    }

    @Test
    void shouldEchoACloseWithoutACode() {
        send(RawFrame.of(FIN | CLOSE, ""));
        assertThat(next().opcode()).isEqualTo(CLOSE);
        client.awaitEnd();
    }

    @Test
    void shouldHeedNothingAfterAClose() {
        send(RawFrame.close(1000), RawFrame.of(FIN | TEXT, ASK), RawFrame.of(FIN | PING, "late"));
        assertClosed(1000);
    }

    // ---- What breaks the rules

    private enum Broken {
        RESERVED_BIT_1(1002, RawFrame.of(FIN | 0x40 | TEXT, ASK)),
        RESERVED_BIT_2(1002, RawFrame.of(FIN | 0x20 | TEXT, ASK)),
        RESERVED_BIT_3(1002, RawFrame.of(FIN | 0x10 | TEXT, ASK)),
        RESERVED_DATA_OPCODE(1002, RawFrame.of(FIN | 3, "")),
        RESERVED_DATA_OPCODE_WITH_A_PAYLOAD(1002, RawFrame.of(FIN | 7, "x")),
        RESERVED_CONTROL_OPCODE(1002, RawFrame.of(FIN | 0xB, "")),
        RESERVED_CONTROL_OPCODE_WITH_A_PAYLOAD(1002, RawFrame.of(FIN | 0xF, "x")),
        FRAGMENTED_PING(1002, RawFrame.of(PING, "x")),
        FRAGMENTED_CLOSE(1002, new RawFrame(CLOSE, new byte[] {3, (byte) 0xE8})),
        LARGE_PING(1002, RawFrame.of(FIN | PING, "x".repeat(126))),
        CONTINUATION_OF_NOTHING(1002, RawFrame.of(FIN | CONTINUATION, ASK)),
        SECOND_MESSAGE_AMID_ONE(1002, RawFrame.of(TEXT, "{"), RawFrame.of(FIN | TEXT, ASK)),
        SECOND_BINARY_MESSAGE_AMID_ONE(1002, RawFrame.of(TEXT, "{"), RawFrame.of(FIN | BINARY, "x")),
        CLOSE_OF_ONE_BYTE(1002, new RawFrame(FIN | CLOSE, new byte[] {3})),
        CLOSE_CODE_0(1002, RawFrame.close(0)),
        CLOSE_CODE_999(1002, RawFrame.close(999)),
        CLOSE_CODE_1004(1002, RawFrame.close(1004)),
        CLOSE_CODE_1005(1002, RawFrame.close(1005)),
        CLOSE_CODE_1006(1002, RawFrame.close(1006)),
        CLOSE_CODE_1016(1002, RawFrame.close(1016)),
        CLOSE_CODE_2999(1002, RawFrame.close(2999)),
        CLOSE_REASON_NO_UTF8(1007, RawFrame.close(1000, (byte) 0xC3, (byte) 0x28)),
        TEXT_NO_UTF8(1007, new RawFrame(FIN | TEXT, new byte[] {'{', (byte) 0xC3, (byte) 0x28, '}'})),
        TEXT_CUT_AMID_A_CHARACTER(1007, new RawFrame(FIN | TEXT, new byte[] {(byte) 0xE2, (byte) 0x82})),
        TEXT_SURROGATE(1007, new RawFrame(FIN | TEXT, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80})),
        TEXT_OVERLONG(1007, new RawFrame(FIN | TEXT, new byte[] {(byte) 0xC0, (byte) 0xAF})),
        TEXT_NO_UTF8_ACROSS_FRAGMENTS(
                1007,
                new RawFrame(TEXT, new byte[] {(byte) 0xE2}),
                new RawFrame(FIN | CONTINUATION, new byte[] {(byte) 0x28, (byte) 0xA1}));

        private final int code;
        private final List<RawFrame> frames;

        Broken(int code, RawFrame... frames) {
            this.code = code;
            this.frames = List.of(frames);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCloseOnWhatBreaksTheRules(Broken broken) {
        send(broken.frames.toArray(RawFrame[]::new));
        assertClosed(broken.code);
    }

    /** Section 5.1. */
    @Test
    void shouldCloseOnAFrameThatIsNotMasked() {
        client.send(RawFrame.of(FIN | TEXT, ASK).unmasked());
        assertClosed(1002);
    }

    /** Its head alone says so: the payload never comes. */
    @Test
    void shouldCloseOnALengthThatNoMessageHas() {
        client.send(new byte[] {(byte) (FIN | TEXT), (byte) 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0});
        assertClosed(1009);
    }
}
