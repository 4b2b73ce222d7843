package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.observe.LogWatch;
import dev.sluice.system.stack.Sluice;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that two readers would read differently: on each service as they stand, or refused. */
@BadInput
class RequestFormIT {
    private static final Pattern STATUS = Pattern.compile("^HTTP/1.1 (\\d{3})");

    private final Sluice sluice;

    RequestFormIT(Sluice sluice) {
        this.sluice = sluice;
    }

    /** What a service has behind a token, as a request line without its version. */
    private enum Route {
        PUBLISHER(Component.PUBLISHER, "POST", "/v1/channels/rooms.forms/events", "", "x", 201),
        SSE_EDGE(Component.SSE_EDGE, "GET", "/v1/poll", "?channel=rooms.forms&wait=0", "", 200),
        WS_EDGE(Component.WS_EDGE, "POST", "/v1/tickets", "", "{\"for\":\"/v1/ws\"}", 201),
        GRPC_EDGE(Component.GRPC_EDGE, "POST", "/v1/tickets", "", "{\"for\":\"/v1/ws\"}", 201);

        private final Component service;
        private final String method;
        private final String path;
        private final String query;
        private final String body;
        private final int served;

        Route(Component service, String method, String path, String query, String body, int served) {
            this.service = service;
            this.method = method;
            this.path = path;
            this.query = query;
            this.body = body;
            this.served = served;
        }
    }

    private static Map<String, String> forms(String path) {
        var forms = new LinkedHashMap<String, String>();
        forms.put("as it is", path);
        forms.put("%-encoded letter", path.replaceFirst("v1", "%761"));
        forms.put(";", path + ";a=b");
        forms.put("; amid", path.replaceFirst("v1", "v1;a"));
        forms.put("%3B", path + "%3Ba=b");
        forms.put("%2F", path.replaceFirst("v1/", "v1%2F"));
        forms.put("//", path.replaceFirst("v1/", "v1//"));
        forms.put("// first", "/" + path);
        forms.put("/./", path.replaceFirst("v1/", "v1/./"));
        forms.put("/%2e/", path.replaceFirst("v1/", "v1/%2e/"));
        forms.put("/../", path.replaceFirst("v1/", "v1/../v1/"));
        forms.put("\\", path.replaceFirst("v1/", "v1\\\\"));
        forms.put("/ last", path + "/");
        forms.put("%00", path + "%00");
        forms.put("%ZZ", path + "%ZZ");
        return forms;
    }

    @ParameterizedTest
    @EnumSource
    void shouldServeAPathAsItStandsOrRefuseIt(Route route) {
        var table = new StringBuilder();
        forms(route.path).forEach((name, path) -> {
            var answer = request(route, path, "");
            table.append(String.format("%n  %-16s %-40s %s", name, path, status(answer)));
            var exact = name.equals("as it is") || name.equals("%-encoded letter");
            // With a ';' of its own it is another path, which there is not.
            var unknown = name.equals("%3B");
            assertThat(status(answer))
                    .as(name + ": " + answer)
                    .isIn(exact ? new Integer[] {route.served} : unknown ? new Integer[] {404} : new Integer[] {400});
        });
        System.out.println("RequestFormIT: " + route.service + table);
    }

    @ParameterizedTest
    @CsvSource({
        "rooms.a%3Bb,rooms.a;b",
        "rooms.a%25b,rooms.a%b",
        "rooms.a%253Bb,rooms.a%3Bb",
        "rooms.a%5Cb,rooms.a\\b",
        "rooms.a%3Fb%23c,rooms.a?b#c",
        "rooms.a+b,rooms.a+b",
        "rooms.a:b@c=d&e,rooms.a:b@c=d&e"
    })
    void shouldPublishToTheChannelAsGiven(String path, String channel) {
        var answer = request(Route.PUBLISHER, "/v1/channels/" + path + "/events", "");
        assertThat(status(answer)).as(answer).isEqualTo(201);
        assertThat(answer.replace("\\\\", "\\")).contains("\"channel\":\"" + channel + "\"");
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseTwoCallersAndTwoHosts(Route route) {
        assertThat(request(route, route.path, "Authorization: Bearer x\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("\"field\":\"Authorization\"");
        assertThat(request(route, route.path, "Host: elsewhere\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("\"field\":\"Host\"");
    }

    /** Where such a body ends is not known: what comes after it must not be run as a request. */
    @ParameterizedTest
    @EnumSource
    void shouldRunNothingAfterABodyOfAnUnknownCoding(Route route) {
        for (var coding : new String[] {"gzip", "xchunked", "gzip, chunked", "chunked, chunked", "identity"}) {
            try (var client = RawClient.connect(sluice.url(route.service))) {
                client.send("POST " + route.path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + sluice.admin()
                        + "\r\nContent-Type: text/plain\r\nTransfer-Encoding: " + coding
                        + "\r\n\r\nGET /q/health/live HTTP/1.1\r\nHost: a\r\n\r\n");
                var answers = client.awaitEnd();
                assertThat(answers)
                        .as(coding)
                        .startsWith("HTTP/1.1 400")
                        .contains("\"field\":\"Transfer-Encoding\"")
                        .doesNotContain("200 OK");
            }
        }
    }

    /** It would be one before anybody has asked for a token, and past the rules of a proxy that passes it on. */
    @Tag("full")
    @ParameterizedTest
    @EnumSource
    void shouldNotBecomeHttp2AmidAConnection(Route route) {
        var upgrade = "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
        for (var first : new int[] {0, 1, 4}) {
            try (var client = RawClient.connect(sluice.url(route.service))) {
                for (var connection : new String[] {"", "close, "}) {
                    var request = "POST /v1/nowhere HTTP/1.1\r\nHost: a\r\nConnection: " + connection
                            + "Upgrade, HTTP2-Settings\r\n" + upgrade + "Content-Length: 0\r\n\r\n";
                    client.send(request.substring(0, first)).send(request.substring(first));
                    client.readUntil("unauthenticated");
                }
                assertThat(client.awaitEnd()).startsWith("HTTP/1.1 401").doesNotContain("101 Switching");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellBrowsersNotToGuess(Route route) {
        assertThat(request(route, route.path, "").toLowerCase(java.util.Locale.ROOT))
                .contains("x-content-type-options: nosniff");
        assertThat(request(route, "/nowhere", "").toLowerCase(java.util.Locale.ROOT))
                .contains("x-content-type-options: nosniff");
        assertThat(request(route, route.path + ";a", "").toLowerCase(java.util.Locale.ROOT))
                .contains("x-content-type-options: nosniff");
    }

    @Test
    void shouldNotFallOverAnOriginWithoutAPort() {
        var log = LogWatch.on(Sluice.SERVICES.stream()
                .map(service -> sluice.stack().service(service))
                .toList());
        var statuses = new EnumMap<Route, Integer>(Route.class);
        for (var route : Route.values()) {
            statuses.put(route, status(request(route, route.path, "Origin: http://localhost:abc\r\n")));
        }
        assertThat(log.bugs()).isEmpty();
        statuses.forEach((route, status) -> assertThat(status).as(route.name()).isEqualTo(route.served));
    }

    private String request(Route route, String path, String header) {
        try (var client = RawClient.connect(sluice.url(route.service))) {
            client.send(
                    route.method + " " + path + route.query + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + header
                            + "Authorization: Bearer " + sluice.admin() + "\r\nContent-Type: "
                            + (route.body.startsWith("{") ? "application/json" : "text/plain") + "\r\nContent-Length: "
                            + route.body.length() + "\r\n\r\n" + route.body);
            return client.awaitEnd();
        }
    }

    private static int status(String answer) {
        var status = STATUS.matcher(answer);
        return status.find() ? Integer.parseInt(status.group(1)) : 0;
    }
}
