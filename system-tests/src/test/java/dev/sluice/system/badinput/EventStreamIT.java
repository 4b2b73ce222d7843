package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.system.stack.Sluice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What only the SSE edge can be asked wrongly. */
@BadInput
class EventStreamIT {

    private final Sluice sluice;

    EventStreamIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/stream?channel=rooms.x&access_token=secret,          400 malformed access_token",
        "/v1/stream?channel=rooms.x&last=1&last=2,                400 malformed last",
        "/v1/stream?channel=rooms.x&wait=1,                       400 malformed wait",
        "/v1/poll,                                                400 malformed channel",
        "/v1/poll?channel=a..b,                                   400 malformed channel",
        "/v1/poll?channel=rooms.x&cursor=garbage,                 400 malformed cursor",
        "/v1/poll?channel=rooms.x&wait=61,                        400 malformed wait",
        "/v1/poll?channel=rooms.x&wait=soon,                      400 malformed wait",
        "/v1/poll?channel=rooms.x&limit=0,                        400 malformed limit",
        "/v1/poll?channel=rooms.x&limit=1001,                     400 malformed limit",
        "/v1/poll?channel=rooms.x&filter=type%20%3D,              400 malformed filter",
        "/v1/poll?channel=orders.1,                               403 forbidden channel",
        "/v1/streams?channel=rooms.x,                             404 not-found",
    })
    void shouldNameTheParameterThatIsWrong(String path, String expected) {
        var answer = Http.send(Http.request(sluice.url(Component.SSE_EDGE).resolve(path), sluice.token("alice")));
        assertThat(answer.refusal().summary()).as(answer.body()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(BadTokens.class)
    void shouldRefuseABadTokenOfAPoll(BadTokens bad) {
        var answer = Http.send(
                Http.request(sluice.url(Component.SSE_EDGE).resolve("/v1/poll?channel=rooms.x"), bad.token(sluice)));
        assertThat(answer.refusal().summary()).isEqualTo("401 " + bad.reason() + " Authorization");
    }

    @Test
    void shouldRefuseWhoTakesNoneOfItsForms() {
        var answer = Http.send(Http.request(
                        sluice.url(Component.SSE_EDGE).resolve("/v1/stream?channel=rooms.x"), sluice.token("alice"))
                .header("Accept", "text/html"));
        assertThat(answer.refusal().summary()).isEqualTo("406 not-acceptable Accept");
    }

    @Test
    void shouldRefuseALastEventIdThatIsNoCursor() {
        var answer = Http.send(Http.request(
                        sluice.url(Component.SSE_EDGE).resolve("/v1/stream?channel=rooms.x"), sluice.token("alice"))
                .header("Last-Event-ID", "17"));
        assertThat(answer.refusal().summary()).isEqualTo("400 malformed Last-Event-ID");
    }
}
