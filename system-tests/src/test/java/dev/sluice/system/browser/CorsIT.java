package dev.sluice.system.browser;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.client.RawStream;
import dev.sluice.system.stack.Sluice;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page learns of a refusal; and which pages a service takes for its own, behind a proxy too. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorsIT {
    private static final String APP = "https://app.example.com";
    private static final String COOKIE = "sluice_token";
    private static final String PROXY = "127.0.0.2";
    private static final int HANDSHAKES_PER_SECOND = 20;
    private static final int LINE_KIB = 16;

    private final Sluice sluice = start();

    private static Sluice start() {
        var builder = Sluice.builder("cors");
        for (var service : Sluice.SERVICES) {
            builder.env(service, "SLUICE_BROWSER_ORIGINS", APP)
                    .env(service, "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true")
                    .env(service, "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", PROXY);
        }
        builder.env(Component.SSE_EDGE, "SLUICE_BROWSER_COOKIE", COOKIE)
                .env(Component.GRPC_EDGE, "SLUICE_LIMITS_HANDSHAKES_PER_SECOND", "" + HANDSHAKES_PER_SECOND);
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    private Answer ask(Component service, String method, String path, String token, Map<String, String> headers) {
        var request = Http.request(URI.create(sluice.url(service) + path), token)
                .method(method, BodyPublishers.noBody())
                .header("Origin", APP);
        headers.forEach(request::header);
        return Http.send(request);
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldLetAPageSeeWhyItIsRefused(Component service) {
        var token = sluice.token("alice");
        refused(401, ask(service, "GET", "/v1/none", "", Map.of()));
        refused(404, ask(service, "GET", "/v1/none", token, Map.of()));
        refused(400, ask(service, "GET", "/v1/none?access_token=x", "", Map.of()));
        refused(400, ask(service, "GET", "/v1/none/", token, Map.of()));
        refused(405, ask(service, "DELETE", "/q/metrics", "", Map.of()));
        refused(401, ask(service, "GET", "/v1/none", "x.y.z", Map.of()));
    }

    private static void refused(int status, Answer answer) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.refusal().reason()).as(answer.body()).isNotEmpty();
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(answer.header("Access-Control-Expose-Headers")).containsIgnoringCase("retry-after");
    }

    /** Refused below all routes: by HTTP/1.1, a URL and a head; by HTTP/2, where the one is part of the other. */
    @ParameterizedTest
    @CsvSource({"PUBLISHER, 64", "SSE_EDGE, 32", "WS_EDGE, 32", "GRPC_EDGE, 32"})
    void shouldLetAPageSeeThatItsHeadIsTooLarge(Component service, int headKiB) {
        var token = sluice.token("alice");
        var url = "/v1/none?filter=";
        assertThat(ask(service, "GET", url + "a".repeat(LINE_KIB * 1000), token, Map.of())
                        .status())
                .as("within the bounds")
                .isNotIn(414, 431);
        assertThat(ask(service, "GET", url, token, Map.of("X-Large", "a".repeat(headKiB * 1000)))
                        .status())
                .as("within the bounds")
                .isNotIn(414, 431);
        for (var beyond : List.of(1030, 1900)) {
            var line = ask(service, "GET", url + "a".repeat(LINE_KIB * beyond), token, Map.of());
            refused(414, line);
            assertThat(line.refusal().reason()).isEqualTo("too-large");
            refused(431, ask(service, "GET", url, token, Map.of("X-Large", "a".repeat(headKiB * beyond))));

            var head = Map.of(
                    ":method", "GET", "origin", APP, "content-type", "", "x-large", "a".repeat(headKiB * beyond));
            try (var stream = new RawStream(sluice.url(service), "v1/none", head)) {
                assertThat(stream.halfClose().end().code()).isEqualTo("431");
                assertThat(stream.header("access-control-allow-origin")).isEqualTo(APP);
                assertThat(stream.header("content-type")).isEqualTo("application/problem+json");
            }
        }
    }

    @Test
    void shouldLetAPageSeeThatTheServiceIsBusy() {
        Expect.until("that it is", () -> {
            var answer = ask(Component.GRPC_EDGE, "GET", "/v1/none", "", Map.of());
            if (answer.status() == 503) {
                refused(503, answer);
            }
            return answer.status() == 503;
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldAllowWhatClientsOfPagesSend(Component service) {
        var asked =
                "authorization,connect-protocol-version,connect-timeout-ms,x-grpc-web,ce-type,idempotency-key,traceparent";
        var answer = ask(
                service,
                "OPTIONS",
                "/v1/events",
                "",
                Map.of("Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", asked));
        assertThat(answer.status()).isIn(200, 204);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(answer.header("Access-Control-Allow-Headers").split(",")).contains(asked.split(","));
    }

    @Test
    void shouldLetAPagePublish() {
        var answer = Http.send(Http.request(
                        URI.create(sluice.url(Component.PUBLISHER) + "/v1/channels/rooms.page/events"),
                        sluice.token("alice"))
                .header("Origin", APP)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("hello")));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(APP);
    }

    // ---- WebSocket

    private String close(String query, Map<String, String> headers) {
        var all = new LinkedHashMap<String, String>();
        all.put("Sec-WebSocket-Protocol", "sluice.v1.json");
        all.putAll(headers);
        var request = RawHandshake.request("localhost", "/v1/ws" + query, all);
        try (var client = RawClient.connect(sluice.url(Component.WS_EDGE))) {
            return client.send(request).awaitEnd();
        }
    }

    /** The close frame: two bytes of code, and the reason. */
    private static String frame(int code, String reason) {
        return "\u0088" + (char) (2 + reason.length()) + (char) (code >> 8) + (char) (code & 0xFF) + reason;
    }

    @ParameterizedTest
    @CsvSource({
        "'',                             garbled, 4401, unauthenticated",
        "?channel=orders.1,              alice,   4403, forbidden",
        "?channel=a..b,                  alice,   4400, malformed",
        "?channel=rooms.a&access_token=x,alice,   4400, malformed",
        "?ticket=x,                      '',      4401, unauthenticated",
    })
    void shouldOpenAndCloseTheSocketOfAPageThatIsRefused(String query, String user, int code, String reason) {
        var headers = new LinkedHashMap<>(Map.of("Origin", APP));
        if (!user.isEmpty()) {
            headers.put("Authorization", "Bearer " + (user.equals("alice") ? sluice.token(user) : user));
        }
        assertThat(close(query, headers)).startsWith("HTTP/1.1 101 ").endsWith(frame(code, reason));
        headers.remove("Origin");
        var plain = RawHandshake.open(sluice.url(Component.WS_EDGE), "/v1/ws" + query, with(headers, "sluice.v1.json"));
        assertThat(plain.refusal().reason()).isEqualTo(reason);
    }

    private static Map<String, String> with(Map<String, String> headers, String subprotocol) {
        var all = new LinkedHashMap<>(headers);
        all.put("Sec-WebSocket-Protocol", subprotocol);
        return all;
    }

    @Test
    void shouldRefuseByHttpWhoSpeaksNoneOfItsLanguages() {
        var answer = RawHandshake.open(sluice.url(Component.WS_EDGE), "/v1/ws", with(Map.of("Origin", APP), "chat"));
        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void shouldReadEachLineOfALanguageList() {
        var request = RawHandshake.request(
                        "localhost",
                        "/v1/ws?channel=rooms.lines",
                        Map.of("Sec-WebSocket-Protocol", "chat", "Authorization", "Bearer " + sluice.token("alice")))
                .replace(
                        "Sec-WebSocket-Protocol: chat\r\n",
                        "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: sluice.v1.json\r\n");
        try (var client = RawClient.connect(sluice.url(Component.WS_EDGE))) {
            assertThat(client.send(request).readUntil("\"op\":\"open\"")).startsWith("HTTP/1.1 101 ");
        }
    }

    // ---- Whose page it is

    private String preflight(String from, String origin, String forwarded) {
        var request = "OPTIONS /v1/stream HTTP/1.1\r\nHost: sse.internal:8081\r\nOrigin: " + origin
                + "\r\nConnection: close\r\nAccess-Control-Request-Method: GET\r\n" + forwarded + "\r\n";
        try (var client = RawClient.connect(sluice.url(Component.SSE_EDGE), from)) {
            return client.send(request).awaitEnd().substring(9, 12);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://edge.example.com,      X-Forwarded-Host: edge.example.com|X-Forwarded-Proto: https",
        "https://edge.example.com:8443, X-Forwarded-Host: edge.example.com:8443|X-Forwarded-Proto: https",
        "https://edge.example.com:8443, X-Forwarded-Host: edge.example.com|X-Forwarded-Port: 8443|X-Forwarded-Proto: https",
        "http://edge.example.com:3000,  X-Forwarded-Host: edge.example.com:3000",
        "http://sse.internal:8081,      ''",
    })
    void shouldTakeAPageForItsOwnAsTheBrowserSeesIt(String origin, String headers) {
        var forwarded = headers.isEmpty() ? "" : headers.replace("|", "\r\n") + "\r\n";
        // Its own: no preflight that CORS would answer, and no stranger.
        assertThat(preflight(PROXY, origin, forwarded)).isEqualTo("204");
        if (!headers.isEmpty()) {
            assertThat(preflight("127.0.0.3", origin, forwarded))
                    .as("what a stranger says of it")
                    .isEqualTo("403");
        }
    }

    // ---- Cookies

    /** Its GET takes the name from whoever has it. */
    @Test
    void shouldTakeNoDurableNameForACookieThatAPageSentAlong() {
        var name = Sluice.unique("durable");
        var token = sluice.token("alice");
        try (var holder =
                sluice.subscribe(Protocol.SSE, token, to("rooms.cookie").durable(name))) {
            Expect.started(holder);
            for (var site : List.of("", "cross-site", "same-site", "none")) {
                var request = "GET /v1/stream?channel=rooms.cookie&durable=" + name + " HTTP/1.1\r\nHost: a\r\nCookie: "
                        + COOKIE + "=" + token + "\r\n"
                        + (site.isEmpty() ? "" : "Sec-Fetch-Site: " + site + "\r\n") + "\r\n";
                try (var page = RawClient.connect(sluice.url(Component.SSE_EDGE))) {
                    assertThat(page.send(request).readUntil("HTTP/1.1 \\d{3}"))
                            .as(site)
                            .isEqualTo("HTTP/1.1 403");
                }
            }
            sluice.producer().text("rooms.cookie", name);
            Expect.eventWith(holder, name);
            assertThat(holder.ended()).isEmpty();
        }
    }

    private String poll(String... headers) {
        var request = Http.request(
                        URI.create(sluice.url(Component.SSE_EDGE) + "/v1/poll?wait=0&channel=rooms.cookie"), "")
                .header("Cookie", COOKIE + "=" + sluice.token("alice"));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        var answer = Http.send(request);
        return answer.status() == 200 ? "200" : answer.refusal().summary();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "none"})
    void shouldTakeNoCookieUnlessAPageAsksThatMay(String site) {
        assertThat(poll()).isEqualTo("403 forbidden Origin");
        assertThat(poll("Sec-Fetch-Site", site)).isEqualTo("403 forbidden Origin");
        assertThat(poll("Referer", "https://evil.net/" + APP + "/")).isEqualTo("403 forbidden Origin");
        assertThat(poll("Sec-Fetch-Site", "same-origin")).isEqualTo("200");
        assertThat(poll("Origin", APP)).isEqualTo("200");
        assertThat(poll("Referer", sluice.url(Component.SSE_EDGE) + "/page.html"))
                .isEqualTo("200");
    }
}
