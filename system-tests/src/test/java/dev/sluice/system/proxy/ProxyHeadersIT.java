package dev.sluice.system.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.system.chart.KeyPair;
import dev.sluice.system.stack.Sluice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the recommended configurations tell the services about who is there; behind them is a server that keeps what arrives. */
@Tag("full")
class ProxyHeadersIT {
    private static final String FORGED = "203.0.113.9";

    /** An address that a client claims is not the one that arrives, and the host that it asked for does. */
    @ParameterizedTest
    @EnumSource
    void shouldTellTheClientsAddress(FrontDoor door) throws Exception {
        assumeThat(door.find()).as(door.title()).isPresent();
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        Map<String, Headers> arrived = new ConcurrentHashMap<>();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            arrived.put(exchange.getRequestURI().getPath(), exchange.getRequestHeaders());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        var service = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        var everywhere = Sluice.SERVICES.stream().collect(Collectors.toMap(Function.identity(), one -> service));
        try (var open = door.open(Form.RECOMMENDED, pair, everywhere)) {
            var paths = List.of("/v1/stream", "/v1/poll", "/v1/ws", "/v1/channels/rooms.lobby/events");
            var client = Visitor.client(pair, Version.HTTP_1_1);
            for (var path : paths) {
                var request = HttpRequest.newBuilder(open.url().resolve(path))
                        .header("X-Forwarded-For", FORGED)
                        .header("Forwarded", "for=" + FORGED)
                        .build();
                client.send(request, BodyHandlers.discarding());
            }
            var operators =
                    HttpRequest.newBuilder(open.url().resolve("/q/metrics")).build();
            assertThat(client.send(operators, BodyHandlers.discarding()).statusCode())
                    .as("what is the operators'")
                    .isEqualTo(404);
            assertThat(arrived).containsOnlyKeys(paths);
            arrived.forEach((path, headers) -> {
                assertThat(headers.get("X-Forwarded-For")).as(path).containsExactly("127.0.0.1");
                assertThat(headers.get("X-Forwarded-Proto")).as(path).containsExactly("https");
                assertThat(headers.get("Forwarded")).as(path).isNull();
                assertThat(headers.get("Host"))
                        .as(path)
                        .containsExactly(open.url().getAuthority());
            });
        } finally {
            server.stop(0);
        }
    }
}
