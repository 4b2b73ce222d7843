package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.limit.RawSubscriber;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lists that come as several lines of the same header (RFC 9110, section 5.3): they mean what they mean in one line, in whichever order.
 * One table, printed.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListHeadersIT {
    private static final String PROXY = "127.0.0.2";
    private static final String COOKIE = "sluice_token";
    private static final Pattern HEAD = Pattern.compile("\r\n\r\n");

    private final Sluice sluice = start();
    private final List<String> table = new ArrayList<>();
    private int clients;

    private static Sluice start() {
        var builder = Sluice.builder("list-headers");
        for (var edge : Component.EDGES) {
            builder.env(edge, "SLUICE_LIMITS_CONNECTIONS_PER_ADDRESS", "1")
                    .env(edge, "SLUICE_BROWSER_COOKIE", COOKIE)
                    .env(edge, "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true")
                    .env(edge, "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", PROXY);
        }
        builder.env(Component.SSE_EDGE, "SLUICE_COMPRESSION_ENABLED", "true")
                .env(Component.SSE_EDGE, "QUARKUS_HTTP_ENABLE_COMPRESSION", "true")
                .env(Component.WS_EDGE, "QUARKUS_HTTP_PROXY_ALLOW_FORWARDED", "true");
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        System.out.println("| service | header | two lines | as one line | as two |\n|---|---|---|---|---|");
        table.forEach(System.out::println);
        sluice.close();
    }

    /** A list, the one element that counts for the service, another one, and what is asked. */
    private enum Header {
        ACCEPT(Component.SSE_EDGE, "Accept", "text/html", "application/x-ndjson", "/v1/stream?channel=rooms.lists"),
        ACCEPT_ENCODING(Component.SSE_EDGE, "Accept-Encoding", "br", "gzip", "/v1/stream?channel=rooms.lists"),
        SUBPROTOCOLS(Component.WS_EDGE, "Sec-WebSocket-Protocol", "chat", "sluice.v1.json", "/v1/ws"),
        CONNECTION(Component.WS_EDGE, "Connection", "keep-alive", "Upgrade", "/v1/ws"),
        /** An address is counted of whom the proxy itself has added. */
        X_FORWARDED_FOR_OF_SSE(Component.SSE_EDGE, "X-Forwarded-For", "192.0.2.%d", "198.51.100.1", ""),
        X_FORWARDED_FOR_OF_GRPC(Component.GRPC_EDGE, "X-Forwarded-For", "192.0.2.%d", "198.51.100.1", ""),
        FORWARDED(Component.WS_EDGE, "Forwarded", "for=192.0.2.%d", "for=198.51.100.1", "");

        private final Component service;
        private final String name;
        private final String other;
        private final String wanted;
        private final String path;

        Header(Component service, String name, String other, String wanted, String path) {
            this.service = service;
            this.name = name;
            this.other = other;
            this.wanted = wanted;
            this.path = path;
        }

        private String one(String first, String second) {
            return name + ": " + first + ", " + second + "\r\n";
        }

        private String two(String first, String second) {
            return name + ": " + first + "\r\n" + name + ": " + second + "\r\n";
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadAllLinesOfAList(Header header) {
        if (header.path.isEmpty()) {
            shouldCountTheAddressThatTheProxyAdded(header);
            return;
        }
        for (var lines : List.of(List.of(header.other, header.wanted), List.of(header.wanted, header.other))) {
            var one = head(header, header.one(lines.get(0), lines.get(1)));
            var two = head(header, header.two(lines.get(0), lines.get(1)));
            row(header, lines, one, two);
            assertThat(two).as(header + " " + lines).isEqualTo(one).startsWith("HTTP/1.1 ");
            assertThat(one).doesNotStartWith("HTTP/1.1 4");
        }
    }

    /** What a client claims stands before it, in a line of its own or not. */
    private void shouldCountTheAddressThatTheProxyAdded(Header header) {
        var first = header.other.formatted(1);
        var second = header.other.formatted(2);
        try (var inside = RawClient.connect(sluice.url(header.service), PROXY)) {
            assertThat(granted(inside, header, header.two(first, header.wanted)))
                    .isTrue();
            boolean one;
            boolean two;
            try (var client = RawClient.connect(sluice.url(header.service), PROXY)) {
                one = granted(client, header, header.one(second, header.wanted));
            }
            try (var client = RawClient.connect(sluice.url(header.service), PROXY)) {
                two = granted(client, header, header.two(second, header.wanted));
            }
            row(header, List.of(second, header.wanted), verdict(one), verdict(two));
            assertThat(one).as("a second connection of the same address").isFalse();
            assertThat(two).as("a second connection of the same address").isFalse();
        }
    }

    private boolean granted(RawClient client, Header header, String lines) {
        return RawSubscriber.isGranted(client, header.service, sluice.token("alice"), lines);
    }

    private static String verdict(boolean granted) {
        return granted ? "another address" : "that address";
    }

    /** The same for a header that is no list: there is no telling which of two counts. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldRefuseTwoLinesOfWhatIsNoList(Component service) {
        var authorization = "Authorization: Bearer " + sluice.token("alice") + "\r\n";
        try (var client = RawClient.connect(sluice.url(service))) {
            var answer = client.send("GET /v1/none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + authorization
                            + authorization + "\r\n")
                    .awaitEnd();
            table.add("| " + service + " | Authorization | twice the same | – | "
                    + answer.substring(0, answer.indexOf('\r')) + " |");
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"field\":\"Authorization\"");
        }
    }

    private void row(Header header, List<String> lines, String one, String two) {
        table.add("| %s | %s | %s | %s | %s |"
                .formatted(header.service, header.name, String.join(" / ", lines), one, two));
    }

    /** The first line of the answer and the headers that tell what was chosen. */
    private String head(Header header, String lines) {
        var handshake = header.service == Component.WS_EDGE
                ? "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + (header.name.equals("Connection")
                                ? "Sec-WebSocket-Protocol: sluice.v1.json\r\n"
                                : "Connection: Upgrade\r\n")
                : "";
        // Each from an address of its own, of which there may be one connection.
        try (var client = RawClient.connect(sluice.url(header.service), "127.0.1." + ++clients)) {
            var answer = client.send("GET " + header.path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                            + sluice.token("alice") + "\r\n" + handshake + lines + "\r\n")
                    .readUntil(HEAD.pattern());
            var told = new TreeSet<String>();
            for (var line : answer.strip().split("\r\n")) {
                var name = line.split(":")[0].toLowerCase(Locale.ROOT);
                if (List.of("content-type", "content-encoding", "sec-websocket-protocol")
                        .contains(name)) {
                    told.add(line.toLowerCase(Locale.ROOT));
                }
            }
            return answer.substring(0, answer.indexOf('\r')) + " " + String.join("; ", told);
        }
    }
}
