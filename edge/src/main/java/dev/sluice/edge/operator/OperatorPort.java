package dev.sluice.edge.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.EdgeConfig;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.request.Values;
import dev.sluice.fanout.session.SessionView;
import dev.sluice.identity.ProblemResponse;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.quarkus.runtime.Startup;
import io.vertx.core.http.HttpHeaders;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /sessions} on a port of its own. Not a route of the public port, which no rule of a proxy could then give away; not
 * Quarkus's management interface, which would take health and metrics with it. The JDK's own server: it answers one at a time on a
 * thread of its own, and takes nothing from the event loops but their lists.
 */
@Singleton
@Startup
class OperatorPort {
    private static final Logger LOG = Logger.getLogger(OperatorPort.class);
    private static final String PATH = "/sessions";
    private static final int DEFAULT_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    /** For an event loop that has much to do. */
    private static final int PATIENCE_SECONDS = 10;

    private final EdgeConfig.Operator config;
    private final Engine engine;
    private @Nullable HttpServer server;

    OperatorPort(EdgeConfig.Operator config, Engine engine) {
        this.config = config;
        this.engine = engine;
    }

    @PostConstruct
    void start() throws IOException {
        if (config.port() == 0) {
            return;
        }
        HttpServer created = HttpServer.create(new InetSocketAddress(config.host(), config.port()), 0);
        created.createContext("/", this::handle);
        created.start();
        server = created;
        LOG.infof("Operators may list sessions: host=%s port=%d", config.host(), config.port());
    }

    @PreDestroy
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            answer(exchange, 200, "application/json", page(exchange));
        } catch (Rejected refusal) {
            Problem problem = refusal.problem();
            answer(exchange, problem.reason().httpStatus(), ProblemResponse.MEDIA_TYPE, ProblemResponse.json(problem));
        }
    }

    private ObjectNode page(HttpExchange exchange) throws Rejected, InterruptedIOException {
        if (!exchange.getRequestURI().getPath().equals(PATH)) {
            throw Problem.of(Reason.NOT_FOUND, "there is " + PATH + " alone").rejected();
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            throw Problem.of(Reason.METHOD_NOT_ALLOWED, "sessions can be looked at, no more")
                    .rejected();
        }
        Map<String, List<String>> query =
                new QueryStringDecoder(exchange.getRequestURI().toString()).parameters();
        int size = Values.number("limit", first(query, "limit", String.valueOf(DEFAULT_PAGE)), 1, LARGEST_PAGE);
        String after = first(query, "after", "");
        return SessionsPage.of(sessions(after, size), size, Instant.now());
    }

    private static String first(Map<String, List<String>> query, String name, String otherwise) {
        return query.getOrDefault(name, List.of(otherwise)).get(0);
    }

    private List<SessionView> sessions(String after, int size) throws Rejected, InterruptedIOException {
        try {
            return engine.sessions(after, size).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException busy) {
            throw Problem.of(Reason.UNAVAILABLE, "an event loop does not answer")
                    .rejected();
        } catch (ExecutionException bug) {
            LOG.error("The sessions could not be listed", bug);
            throw Problem.of(Reason.INTERNAL, "the sessions could not be listed")
                    .rejected();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static void answer(HttpExchange exchange, int status, String contentType, ObjectNode body)
            throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set(HttpHeaders.CONTENT_TYPE.toString(), contentType);
        exchange.getResponseHeaders().set(HttpHeaders.CACHE_CONTROL.toString(), "no-store");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
