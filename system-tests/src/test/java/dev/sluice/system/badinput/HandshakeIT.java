package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.http.Answer;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.system.stack.Sluice;
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
