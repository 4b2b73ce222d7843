package dev.sluice.system.browser;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Json;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.client.sse.SseClient;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserIT {
    private static final String APP = "https://app.example.com";
    private static final String EVIL = "https://app.example.com.evil.net";
    private static final String COOKIE = "sluice_token";
    /** How the page connects: it reports each with these words, then {@code open} or the text of an event. */
    private static final List<String> WAYS = List.of(
            "EventSource by ticket",
            "EventSource by cookie",
            "WebSocket by subprotocol",
            "WebSocket by ticket",
            "fetch");

    private final Sluice sluice = start();
    private final String channel = Sluice.unique("rooms.browser");

    private static Sluice start() {
        var builder = Sluice.builder("browser").replicas(2);
        for (var edge : Component.EDGES) {
            builder.env(edge, "SLUICE_BROWSER_COOKIE", COOKIE);
            builder.env(edge, "SLUICE_BROWSER_ORIGINS", APP + ",http://localhost:*");
            builder.env(edge, "SLUICE_TICKETS_TTL", "5s");
            builder.env(edge, "SLUICE_COMPRESSION_ENABLED", "true");
        }
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    // ---- Tickets

    private Answer askForTicket(Component edge, String token, String body) {
        return Http.send(Http.request(sluice.url(edge).resolve("/v1/tickets"), token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private String ticket(String token, String path) {
        var answer = askForTicket(
                Component.SSE_EDGE, token, Json.object().put("for", path).toString());
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.json().path("for").asText()).isEqualTo(path);
        return answer.json().path("ticket").asText();
    }

    private SubscriptionRequest with(String ticket) {
        return to(channel).with("ticket", ticket);
    }

    @Test
    void shouldTakeATicketOnAnyReplicaOfAnyEdge() {
        for (var replica = 0; replica < 2; replica++) {
            assertDelivers(SseClient.stream(
                    sluice.url(Component.SSE_EDGE, replica), "", with(ticket(sluice.token("alice"), "/v1/stream"))));
            assertDelivers(WebSocketClient.connect(
                    sluice.url(Component.WS_EDGE, replica),
                    "",
                    Subprotocol.JSON,
                    with(ticket(sluice.token("alice"), "/v1/ws"))));
        }
        var poll =
                SseClient.poll(sluice.url(Component.SSE_EDGE, 1), "", with(ticket(sluice.token("alice"), "/v1/poll")));
        assertThat(poll.status()).as(poll.body()).isEqualTo(200);
    }

    private void assertDelivers(Connection opened) {
        try (var connection = opened) {
            Expect.started(connection);
            var text = Sluice.unique("text");
            sluice.producer().text(channel, text);
            Expect.eventWith(connection, text);
        }
    }

    /** The token stands in the ticket: what it does not allow the ticket does not. */
    @Test
    void shouldAllowNoMoreThanTheToken() {
        var forbidden = to("orders.1").with("ticket", ticket(sluice.token("alice"), "/v1/stream"));
        try (var connection = SseClient.stream(sluice.url(Component.SSE_EDGE), "", forbidden)) {
            assertThat(Expect.refusal(connection).summary()).isEqualTo("403 forbidden channel");
        }
        var brief = sluice.mint(TokenRequest.of("alice").ttl(Duration.ofSeconds(6)));
        try (var connection = SseClient.stream(sluice.url(Component.SSE_EDGE), "", with(ticket(brief, "/v1/stream")))) {
            Expect.started(connection);
            assertThat(Expect.control(connection, "close")
                            .members()
                            .path("reason")
                            .asText())
                    .isEqualTo("token-expired");
        }
    }

    @Test
    void shouldRefuseATicketThatIsNotGoodHere() {
        var late = ticket(sluice.token("alice"), "/v1/stream");
        assertThat(stream(ticket(sluice.token("alice"), "/v1/ws"))).isEqualTo("401 unauthenticated ticket");
        assertThat(stream("made.up")).isEqualTo("401 unauthenticated ticket");
        assertThat(stream(late + "x")).isEqualTo("401 unauthenticated ticket");
        Expect.until("that the ticket expires", () -> stream(late).equals("401 unauthenticated ticket"));
    }

    /** It would be given out here, and refused by whoever reads the URL. */
    @Test
    void shouldGiveNoTicketThatFitsIntoNoUrl() {
        var long12 = sluice.mint(TokenRequest.of("alice").claim("filler", "x".repeat(9_200)));
        assertThat(long12.length()).isGreaterThan(12_000);
        for (var edge : Component.EDGES) {
            assertThat(askForTicket(edge, long12, "{\"for\":\"/v1/stream\"}")
                            .refusal()
                            .summary())
                    .isEqualTo("413 too-large Authorization");
        }
        var fits = sluice.mint(TokenRequest.of("alice").claim("filler", "x".repeat(5_800)));
        assertThat(fits.length()).isGreaterThan(8_000);
        assertDelivers(SseClient.stream(sluice.url(Component.SSE_EDGE), "", with(ticket(fits, "/v1/stream"))));
    }

    private String stream(String ticket) {
        try (var connection = SseClient.stream(sluice.url(Component.SSE_EDGE), "", with(ticket))) {
            return Expect.eventually("an answer", () -> connection
                    .ended()
                    .map(dev.sluice.client.Refusal::summary)
                    .or(connection::start));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Component.class,
            names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldGiveTicketsToWhoHasATokenOnly(Component edge) {
        assertThat(askForTicket(edge, "", "{\"for\":\"/v1/ws\"}").status()).isEqualTo(401);
        assertThat(askForTicket(edge, sluice.token("alice"), "{\"for\":\"/v1/ws\"}")
                        .status())
                .isEqualTo(201);
        assertThat(askForTicket(edge, sluice.token("alice"), "{\"for\":\"/v1/acks\"}")
                        .refusal()
                        .summary())
                .isEqualTo("400 malformed for");
        assertThat(askForTicket(edge, sluice.token("alice"), "{}").refusal().summary())
                .isEqualTo("400 malformed body");
    }

    // ---- Cookie, subprotocol

    @Test
    void shouldTakeTheTokenFromTheCookie() {
        var request = Http.request(sluice.url(Component.SSE_EDGE).resolve("/v1/poll?wait=0&channel=" + channel), "");
        assertThat(Http.send(request.copy()).status()).isEqualTo(401);
        var cookie = request.header("Cookie", COOKIE + "=" + sluice.token("alice"));
        assertThat(Http.send(cookie.copy()).refusal().summary()).isEqualTo("403 forbidden Origin");
        assertThat(Http.send(cookie.copy().header("Sec-Fetch-Site", "same-origin"))
                        .status())
                .isEqualTo(200);
        assertThat(Http.send(cookie.copy().header("Origin", APP)).status()).isEqualTo(200);
        assertThat(Http.send(cookie.copy().header("Origin", EVIL)).refusal().summary())
                .isEqualTo("403 forbidden Origin");
    }

    @Test
    void shouldTakeTheTokenFromTheSubprotocol() {
        var token = sluice.token("alice");
        var answer = handshake(Map.of("Sec-WebSocket-Protocol", "sluice.bearer." + token + ", sluice.v1.json"));
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.header("sec-websocket-protocol")).isEqualTo("sluice.v1.json");
        assertThat(handshake(Map.of("Sec-WebSocket-Protocol", "sluice.v1.json, sluice.bearer.x"))
                        .status())
                .isEqualTo(401);
    }

    // ---- Origins

    private Answer handshake(Map<String, String> headers) {
        var all = new LinkedHashMap<String, String>();
        all.put("Sec-WebSocket-Protocol", "sluice.v1.json");
        all.putAll(headers);
        return RawHandshake.open(sluice.url(Component.WS_EDGE), "/v1/ws", all);
    }

    private Map<String, String> from(String origin) {
        return Map.of("Origin", origin, "Authorization", "Bearer " + sluice.token("alice"));
    }

    @Test
    void shouldOpenAWebSocketForPagesOnTheListAndItsOwnOnly() {
        assertThat(handshake(from(APP)).status()).isEqualTo(101);
        assertThat(handshake(from(sluice.url(Component.WS_EDGE).toString())).status())
                .isEqualTo(101);
        assertThat(handshake(from("")).status()).isEqualTo(101);
        for (var origin : new String[] {EVIL, "null", "http://app.example.com", "https://evil.net"}) {
            assertThat(handshake(from(origin)).refusal().summary()).as(origin).isEqualTo("403 forbidden Origin");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Component.class,
            names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldAnswerAPreflight(Component edge) {
        var allowed = preflight(edge, APP);
        assertThat(allowed.status()).isIn(200, 204);
        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(allowed.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(allowed.header("Access-Control-Allow-Headers")).containsIgnoringCase("authorization");
        assertThat(allowed.header("Access-Control-Max-Age")).isEqualTo("7200");
        var refused = preflight(edge, EVIL);
        assertThat(refused.refusal().summary()).isEqualTo("403 forbidden Origin");
        assertThat(refused.header("Access-Control-Allow-Origin")).isEmpty();
    }

    private Answer preflight(Component edge, String origin) {
        return Http.send(Http.request(sluice.url(edge).resolve("/v1/tickets"), "")
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {APP, EVIL})
    void shouldLetOnlyPagesOnTheListReadAnAnswer(String origin) {
        var answer = Http.send(Http.request(
                        sluice.url(Component.SSE_EDGE).resolve("/v1/poll?wait=0&channel=" + channel),
                        sluice.token("alice"))
                .header("Origin", origin));
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin.equals(APP) ? APP : "");
    }

    // ---- A real page

    @Test
    void shouldServeAPageInChromium() {
        assumeThat(Chromium.find())
                .as("Chromium, which .ci/run installs (Debian's package chromium)")
                .isPresent();
        try (var page = Page.of(
                "page.html",
                Map.of(
                        "sse", url(Component.SSE_EDGE),
                        "ws", url(Component.WS_EDGE),
                        "grpc", url(Component.GRPC_EDGE),
                        "cookie", COOKIE,
                        "channel", channel,
                        "token", sluice.token("alice")))) {
            for (var way : WAYS) {
                Expect.until("that the page is open by way of " + way, () -> page.reports().stream()
                        .anyMatch(report -> report.equals(way + " open")));
            }
            var text = "hello, page; ".repeat(1_000);
            double before = delivered(Component.SSE_EDGE) + delivered(Component.WS_EDGE);
            sluice.producer().text(channel, text);
            for (var way : WAYS) {
                Expect.until(
                        "that the page gets the event by way of " + way + "; it said " + page.reports(),
                        () -> page.reports().contains(way + " " + text));
            }
            assertThat(delivered(Component.SSE_EDGE) + delivered(Component.WS_EDGE) - before)
                    .as("bytes of all ways, which a browser takes compressed")
                    .isLessThan(text.length());
        }
    }

    private double delivered(Component edge) {
        return Scrape.of(sluice.url(edge)).sum("sluice_bytes_delivered_total", "");
    }

    /** As a page sees it: cookies are kept for the host, whatever the port. */
    private String url(Component edge) {
        return URI.create("http://localhost:" + sluice.url(edge).getPort()).toString();
    }
}
