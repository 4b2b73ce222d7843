package dev.sluice.system.badinput;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.Sluice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that can't be used: each is answered, and the socket stays open. */
@BadInput
class WebSocketIT {

    private static final int MOST_DATA = 256 * 1024;
    private static final int PATIENCE_OF_THE_EDGE = 10;

    private final Sluice sluice;
    private final String channel = Sluice.unique("public.websocket");

    WebSocketIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"op\":                                         | message",
                "[]                                               | message",
                "7                                                | message",
                "{}                                               | op",
                "{\"op\":\"shout\",\"id\":\"1\"}                  | op",
                "{\"op\":7,\"id\":\"1\"}                          | op",
                "{\"op\":\"ping\"}                                | id",
                "{\"op\":\"ping\",\"id\":\"\"}                    | id",
                "{\"op\":\"ping\",\"id\":\"1\",\"extra\":true}    | extra",
                "{\"op\":\"subscribe\",\"id\":\"1\"}              | channels",
                "{\"op\":\"subscribe\",\"id\":\"1\",\"channels\":\"rooms.x\"}                    | channels",
                "{\"op\":\"subscribe\",\"id\":\"1\",\"channels\":[7]}                            | channels[0]",
                "{\"op\":\"subscribe\",\"id\":\"1\",\"channels\":[\"rooms.x\"],\"chanels\":[]}   | chanels",
                "{\"op\":\"subscribe\",\"id\":\"1\",\"channels\":[\"rooms.x\"],\"filters\":[{\"regex\":{\"type\":\"a\"}}]}   | filters[0].regex",
                "{\"op\":\"subscribe\",\"id\":\"1\",\"channels\":[\"rooms.x\"],\"filters\":{}}   | filters",
                "{\"op\":\"unsubscribe\",\"id\":\"1\"}            | subscription",
                "{\"op\":\"publish\",\"id\":\"1\",\"data\":{}}    | channel",
                "{\"op\":\"publish\",\"id\":\"1\",\"channel\":\"a..b\",\"data\":{}}              | channel",
                "{\"op\":\"publish\",\"id\":\"1\",\"channel\":\"rooms.*\",\"data\":{}}           | channel",
                "{\"op\":\"publish\",\"id\":\"1\",\"channel\":\"sluice.x\",\"data\":{}}          | channel",
                "{\"op\":\"publish\",\"id\":\"1\",\"channel\":\"rooms.x\",\"data\":1,\"data_base64\":\"AA==\"} | data_base64",
                "{\"op\":\"publish\",\"id\":\"1\",\"channel\":\"rooms.x\",\"data_base64\":\"?\"} | data_base64",
                "{\"op\":\"publish\",\"id\":\"1\",\"channel\":\"rooms.x\",\"data\":1,\"tpye\":\"x\"} | tpye",
                "{\"op\":\"auth\",\"id\":\"1\"}                   | token",
                "{\"op\":\"ack\",\"id\":\"1\",\"subscription\":\"s\",\"cursor\":\"x\"}           | cursor",
            })
    void shouldNameTheMemberThatIsWrongAndStayOpen(String message, String field) {
        try (var socket = connect(Subprotocol.JSON)) {
            socket.sendText(message);
            assertRefusedAndAlive(socket, "error malformed " + field);
        }
    }

    @Test
    void shouldSayWhichOperationWasWrong() {
        try (var socket = connect(Subprotocol.JSON)) {
            socket.sendText("{\"op\":\"shout\",\"id\":\"the-loud-one\"}");
            assertThat(Expect.answer(socket, "the-loud-one").isError()).isTrue();
        }
    }

    @Test
    void shouldAnswerBinaryJunkOnAJsonSocket() {
        try (var socket = connect(Subprotocol.JSON)) {
            socket.sendBinary(new byte[] {0, -1, -2, 10, 3});
            assertRefusedAndAlive(socket, "error malformed message");
        }
    }

    @Test
    void shouldAnswerTextOnAProtobufSocket() {
        try (var socket = connect(Subprotocol.PROTOBUF)) {
            socket.sendText("{\"op\":\"ping\",\"id\":\"1\"}");
            assertRefusedAndAlive(socket, "error malformed message");
        }
    }

    @Test
    void shouldAnswerWhatIsNoClientMessage() {
        try (var socket = connect(Subprotocol.PROTOBUF)) {
            socket.sendBinary(new byte[] {-1, -1, -1, -1});
            assertRefusedAndAlive(socket, "error malformed message");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"t\"}  | channel",
                "{\"specversion\":\"1.0\",\"source\":\"/t\",\"type\":\"t\",\"channel\":\"rooms.x\"}  | id",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"channel\":\"rooms.x\"}  | type",
                "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"t\",\"channel\":\"rooms.x\"}  | specversion",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"sluice.shout\"}  | op",
                "{\"specversion\":  | message",
            })
    void shouldAnswerACloudEventThatIsNone(String message, String field) {
        try (var socket = connect(Subprotocol.CLOUDEVENTS)) {
            socket.sendText(message);
            assertRefusedAndAlive(socket, "error malformed " + field);
        }
    }

    @Test
    void shouldRefuseAnOversizedEventAndStayOpen() {
        try (var socket = connect(Subprotocol.JSON)) {
            socket.publish("big", NewEvent.text(channel, "x".repeat(MOST_DATA + 1)));
            assertRefusedAndAlive(socket, "error too-large data");
            socket.publish("fits", NewEvent.text(channel, "x".repeat(MOST_DATA)));
            assertThat(Expect.answer(socket, "fits").op()).isEqualTo("published");
        }
    }

    @Test
    void shouldCloseOnAMessageThatNoEventNeeds() {
        try (var socket = connect(Subprotocol.JSON)) {
            socket.sendText("{\"op\":\"ping\",\"id\":\"" + "x".repeat(700 * 1024) + "\"}");
            assertThat(Expect.end(socket).code()).isEqualTo("1009");
        }
    }

    @Test
    void shouldCloseWhenNothingBetterComes() {
        try (var socket = connect(Subprotocol.JSON)) {
            for (var i = 0; i < PATIENCE_OF_THE_EDGE; i++) {
                socket.sendText("junk");
            }
            assertThat(Expect.end(socket).summary()).isEqualTo("4400 malformed");
            assertThat(socket.answers()).hasSize(PATIENCE_OF_THE_EDGE);
            assertThat(socket.controls("close")).hasSize(1);
        }
    }

    @Test
    void shouldBePatientWithWhoIsRightInBetween() {
        try (var socket = connect(Subprotocol.JSON)) {
            for (var i = 0; i < 2 * PATIENCE_OF_THE_EDGE; i++) {
                socket.sendText("junk");
                socket.ping("p" + i);
            }
            Expect.answer(socket, "p" + (2 * PATIENCE_OF_THE_EDGE - 1));
            assertThat(socket.ended()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = BadTokens.class, names = "MISSING", mode = EnumSource.Mode.EXCLUDE)
    void shouldRefuseABadFreshTokenAndStayOpen(BadTokens bad) {
        try (var socket = connect(Subprotocol.JSON)) {
            socket.auth("a", bad.token(sluice));
            var answer = Expect.answer(socket, "a");
            assertThat(answer.isError()).isTrue();
            assertThat(answer.members().path("reason").asText()).isEqualTo(bad.reason());
            assertAlive(socket);
        }
    }

    private WebSocketClient connect(Subprotocol subprotocol) {
        return WebSocketClient.connect(sluice.url(Component.WS_EDGE), sluice.admin(), subprotocol);
    }

    private void assertRefusedAndAlive(WebSocketClient socket, String summary) {
        assertThat(Expect.refusal(socket).summary()).isEqualTo(summary);
        assertAlive(socket);
    }

    private void assertAlive(WebSocketClient socket) {
        socket.subscribe("alive", to(channel));
        Expect.answer(socket, "alive");
        sluice.producer().text(channel, "alive");
        Expect.eventWith(socket, "alive");
    }
}
