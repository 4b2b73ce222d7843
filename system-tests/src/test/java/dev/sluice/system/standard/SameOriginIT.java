package dev.sluice.system.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A page that nginx serves on a port of its own, beside the edge, to which it passes another {@code Host} on: by what the proxy says, and
 * only by what it says, the page is of the same origin. It needs to be neither listed nor, with a cookie, suspected.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SameOriginIT {
    private static final String COOKIE = "sluice_token";
    /** From where nginx connects, and who is believed. */
    private static final String TRUSTED = "127.0.0.2";

    private Sluice sluice;

    @BeforeAll
    void start() {
        assumeThat(Proxy.Kind.NGINX.find())
                .as("nginx, which .ci/run fetches (from Debian)")
                .isPresent();
        var builder = Sluice.builder("same-origin");
        Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_BROWSER_COOKIE", COOKIE)
                .env(edge, "SLUICE_BROWSER_ORIGINS", "https://elsewhere.example.com")
                .env(edge, "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true")
                .env(edge, "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", TRUSTED));
        builder.env(Component.WS_EDGE, "QUARKUS_HTTP_PROXY_ALLOW_FORWARDED", "true");
        sluice = new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        if (sluice != null) {
            sluice.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SSE_EDGE | proxy_set_header X-Forwarded-Host $http_host;",
                "SSE_EDGE | proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Port $server_port;",
                "SSE_EDGE | proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;",
                "WS_EDGE | proxy_set_header Forwarded 'for=$remote_addr;host=\"$http_host\";proto=$scheme';",
            })
    void shouldKnowAPageOfItsOwnHost(Component edge, String headers) throws IOException {
        var configuration = Proxy.nginx("listen 127.0.0.1:%1$d; location / { proxy_pass http://%3$s; proxy_bind "
                + TRUSTED + "; proxy_http_version 1.1; proxy_set_header Host edge.internal; "
                + "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; " + headers
                + " }");
        try (var nginx = Proxy.start(Proxy.Kind.NGINX, sluice.url(edge), configuration)) {
            var port = nginx.url().getPort();
            assertThat(status(nginx.url(), edge, "http://127.0.0.1:" + port, ""))
                    .isEqualTo(welcome(edge));
            assertThat(status(nginx.url(), edge, "http://127.0.0.1:" + (port - 1), ""))
                    .isEqualTo("403");
            assertThat(status(nginx.url(), edge, "http://edge.internal", "")).isEqualTo("403");
            // Whoever is no trusted proxy may say what he likes.
            var forged = "X-Forwarded-Host: 127.0.0.1:" + port + "\r\nForwarded: host=\"127.0.0.1:" + port + "\"\r\n";
            assertThat(status(sluice.url(edge), edge, "http://127.0.0.1:" + port, forged))
                    .isEqualTo("403");
        }
    }

    private static String welcome(Component edge) {
        return edge == Component.WS_EDGE ? "101" : "200";
    }

    private String status(URI url, Component edge, String origin, String headers) {
        var upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sluice.v1.json\r\n";
        try (var client = RawClient.connect(url)) {
            client.send("GET " + (edge == Component.WS_EDGE ? "/v1/ws" : "/v1/poll?channel=rooms.page&wait=0")
                    + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nOrigin: " + origin + "\r\nCookie: " + COOKIE
                    + "="
                    + sluice.admin() + "\r\n" + headers + (edge == Component.WS_EDGE ? upgrade : "") + "\r\n");
            return client.readUntil("HTTP/1.1 \\d{3}").substring(9, 12);
        }
    }
}
