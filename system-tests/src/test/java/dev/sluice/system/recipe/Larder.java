package dev.sluice.system.recipe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.client.Json;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an application has of its own: where it gets tokens, which are soon over, and a way to the publisher, on which the first answer
 * is lost though the event is there.
 */
final class Larder implements AutoCloseable {
    private static final List<String> HOP_BY_HOP =
            List.of("connection", "content-length", "host", "upgrade", "http2-settings", "expect", "transfer-encoding");

    private final Sluice sluice;
    private final Duration ttl;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger tokens = new AtomicInteger();
    private final List<Integer> posts = new CopyOnWriteArrayList<>();

    Larder(Sluice sluice, Duration ttl) throws IOException {
        this.sluice = sluice;
        this.ttl = ttl;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/token", exchange -> {
            tokens.incrementAndGet();
            var token = sluice.mint(
                    TokenRequest.of("alice").role("publisher").role("reader").ttl(this.ttl));
            // Asked as providers are (RFC 6749, section 4.4), it answers as they do.
            var isGrant = exchange.getRequestMethod().equals("POST");
            if (isGrant) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
            }
            answer(
                    exchange,
                    200,
                    isGrant
                            ? Json.object()
                                    .put("access_token", token)
                                    .put("token_type", "Bearer")
                                    .put("expires_in", this.ttl.toSeconds())
                                    .toString()
                            : token);
        });
        server.createContext("/v1/", this::forward);
        server.start();
    }

    URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    int tokens() {
        return tokens.get();
    }

    /** What the publisher answered, post by post. */
    List<Integer> posts() {
        return List.copyOf(posts);
    }

    private void forward(HttpExchange exchange) throws IOException {
        var request = Http.request(
                        sluice.url(Component.PUBLISHER)
                                .resolve(exchange.getRequestURI().toString()),
                        "")
                .POST(BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            var answer = Http.CLIENT.send(request.build(), BodyHandlers.ofString());
            posts.add(answer.statusCode());
            if (posts.size() == 1) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                answer(exchange, 503, "lost on the way");
            } else {
                answer(exchange, answer.statusCode(), answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
