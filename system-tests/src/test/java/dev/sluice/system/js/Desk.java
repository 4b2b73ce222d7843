package dev.sluice.system.js;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.client.http.Http;
import dev.sluice.system.cold.Kafka;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where the scripts of the fault table get tokens ({@code GET /token?of=NAME}) and have things done to the system
 * ({@code POST /do/THING}).
 */
final class Desk implements AutoCloseable {
    private static final Duration BRIEF = Duration.ofSeconds(8);
    private static final String PRODUCER = "producer";
    private static final String USER = "alice";

    private enum Tokens {
        GOOD,
        BRIEF,
        NONE,
        STRANGE
    }

    private final Sluice sluice;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Tokens tokens = Tokens.GOOD;

    Desk(Sluice sluice) throws IOException {
        this.sluice = sluice;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/token", this::token);
        server.createContext("/do/", this::act);
        server.start();
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private void token(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getQuery().equals("of=" + PRODUCER)) {
            answer(exchange, 200, sluice.admin());
            return;
        }
        switch (tokens) {
            case GOOD -> answer(exchange, 200, sluice.token(USER));
            case BRIEF ->
                answer(exchange, 200, sluice.mint(TokenRequest.of(USER).ttl(BRIEF)));
            case STRANGE ->
                answer(exchange, 200, sluice.mint(TokenRequest.of("mallory").ttl(BRIEF)));
            case NONE -> answer(exchange, 503, "the provider is away");
        }
    }

    private void act(HttpExchange exchange) throws IOException {
        var thing = exchange.getRequestURI().getPath().substring("/do/".length());
        try {
            act(thing);
            answer(exchange, 200, "");
        } catch (RuntimeException e) {
            answer(exchange, 500, e.toString());
        }
    }

    private void act(String thing) {
        switch (thing) {
            case "kill-edges" -> edges(Service::kill);
            case "stop-edges" -> edges(Service::stop);
            case "start-edges" -> edges(Service::start);
            case "stop-publisher" -> sluice.stack().service(Component.PUBLISHER).stop();
            case "start-publisher" ->
                sluice.stack().service(Component.PUBLISHER).start();
            case "stop-kafka" -> sluice.stack().kafka().stop();
            case "start-kafka" -> sluice.stack().kafka().start();
            case "tokens-good" -> tokens = Tokens.GOOD;
            case "tokens-brief" -> tokens = Tokens.BRIEF;
            case "tokens-none" -> tokens = Tokens.NONE;
            case "tokens-strange" -> tokens = Tokens.STRANGE;
            case "revoke" -> revoke();
            case "lose-log" -> {
                edges(Service::kill);
                Kafka.of(sluice).deleteAll();
                edges(Service::start);
            }
            default -> throw new IllegalArgumentException(thing);
        }
    }

    private void edges(Consumer<Service> action) {
        Stream.of(Component.SSE_EDGE, Component.WS_EDGE)
                .forEach(edge -> action.accept(sluice.stack().service(edge)));
    }

    private void revoke() {
        var answer = Http.send(Http.request(
                        sluice.url(Component.PUBLISHER).resolve("/v1/revocations"),
                        sluice.mint(TokenRequest.of("operator").role("sluice-admin")))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"user\":\"" + USER + "\"}")));
        if (answer.status() != 201) {
            throw new IllegalStateException(answer.status() + " " + answer.body());
        }
    }

    /** Pages ask, too. */
    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().put("Access-Control-Allow-Origin", List.of("*"));
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
