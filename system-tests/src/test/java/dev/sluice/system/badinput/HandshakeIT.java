package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.http.Answer;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.stack.Sluice;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** WebSocket handshakes that can't succeed: a problem over HTTP. */
@BadInput
class HandshakeIT {

    private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";

    private final Sluice sluice;

    HandshakeIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldAcceptAGoodOne() {
        var answer = open("/v1/ws?channel=rooms.lobby", sluice.token("alice"), Map.of());
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.header(SUBPROTOCOL)).isEqualTo("sluice.v1.json");
    }

    /** It costs memory and an encoding for each client: an operator switches it on (see CompressionIT). */
    @Test
    void shouldNotCompressUnlessToldTo() {
        var answer = open(
                "/v1/ws?channel=rooms.lobby",
                sluice.token("alice"),
                Map.of("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits, deflate-frame"));
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.header("Sec-WebSocket-Extensions")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(BadTokens.class)
    void shouldRefuseABadToken(BadTokens bad) {
        assertThat(open("/v1/ws", bad.token(sluice), Map.of()).refusal().summary())
                .isEqualTo("401 " + bad.reason() + " Authorization");
    }

    @ParameterizedTest
    @CsvSource({"''", "chat", "sluice.v2.json"})
    void shouldRefuseWhoSpeaksNoneOfItsLanguages(String offered) {
        assertThat(open("/v1/ws", sluice.token("alice"), Map.of(SUBPROTOCOL, offered))
                        .refusal()
                        .summary())
                .isEqualTo("400 malformed " + SUBPROTOCOL);
    }

    @Test
    void shouldRefuseWhatIsNoHandshake() {
        assertThat(open("/v1/ws", sluice.token("alice"), Map.of("Upgrade", "", "Connection", "close"))
                        .refusal()
                        .summary())
                .isEqualTo("426 upgrade-required Upgrade");
    }

    @ParameterizedTest
    @CsvSource({
        "Connection,            keep-alive, 400 malformed Connection",
        "Sec-WebSocket-Version, 8,          426 upgrade-required Sec-WebSocket-Version",
        "Sec-WebSocket-Key,     '',         400 malformed Sec-WebSocket-Key",
        "Content-Length,        1,          400 malformed body",
    })
    void shouldSayWhatAHandshakeLacks(String header, String value, String expected) {
        var answer = open("/v1/ws", sluice.token("alice"), Map.of(header, value));
        assertThat(answer.refusal().summary()).isEqualTo(expected);
        if (answer.status() == 426) {
            assertThat(answer.header("Sec-WebSocket-Version")).contains("13");
        }
    }

    /** No client may, and some do. */
    @Test
    void shouldReadWhatIsSentRightBehindTheHandshake() {
        var ping = "{\"op\":\"ping\",\"id\":\"early\"}".getBytes(StandardCharsets.US_ASCII);
        var frame = new ByteArrayOutputStream();
        frame.writeBytes(RawHandshake.request(sluice.token("alice"), Map.of()).getBytes(StandardCharsets.US_ASCII));
        frame.writeBytes(new byte[] {(byte) 0x81, (byte) (0x80 | ping.length), 0, 0, 0, 0});
        frame.writeBytes(ping);
        try (var client = RawClient.connect(sluice.url(Component.WS_EDGE))) {
            assertThat(client.send(frame.toByteArray()).readUntil("\"op\":\"pong\""))
                    .contains("\"op\":\"open\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "channel=a..b,                        400 malformed channel",
        "channel=sluice.x,                    400 malformed channel",
        "channel=rooms.x&cursor=garbage,      400 malformed cursor",
        "channel=rooms.x&filter=type%20%3D,   400 malformed filter",
        "channel=rooms.x&chanel=y,            400 malformed chanel",
        "filter=type%20%3D%20%27a%27,         400 malformed channel",
        "channel=orders.1,                    403 forbidden channel",
        "channel=rooms.x&access_token=secret, 400 malformed access_token",
    })
    void shouldRefuseASubscriptionInTheUrlThatCanNotBeHad(String query, String expected) {
        assertThat(open("/v1/ws?" + query, sluice.token("alice"), Map.of())
                        .refusal()
                        .summary())
                .isEqualTo(expected);
    }

    private Answer open(String pathAndQuery, String token, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(SUBPROTOCOL, "sluice.v1.json");
        all.put("Authorization", token.isEmpty() ? "" : "Bearer " + token);
        all.putAll(headers);
        return RawHandshake.open(sluice.url(Component.WS_EDGE), pathAndQuery, all);
    }
}
