package dev.sluice.local.console;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.Service;
import dev.sluice.local.StartFailed;
import dev.sluice.local.keycloak.Keycloak;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page of a running {@link LocalStack}, where a person sees events travel. It gives its page tokens and kills edges for it: whoever
 * reaches this machine's loopback address can do both anyway, but no page of another origin can, nor one under another name of this host.
 *
 * <p>Safe for use by several threads; owns its server and threads until it is closed.
 */
public final class Console implements AutoCloseable {
    /** Between the ports of the services and those of their second replicas. */
    public static final int PORT = 8090;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST_BODY = 4_096;
    private static final Duration LONGEST_TTL = Duration.ofHours(12);
    private static final String CLIENT = "/client/";
    private static final String SESSIONS = "/sessions/";
    private static final int MOST_SESSIONS = 20;
    private static final int OPERATOR_MS = 5_000;
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private final LocalStack stack;
    /** Where one can sign in. */
    private final @Nullable URI issuer;

    private final Function<Duration, String> tokens;
    private final Path pages;
    private final Path client;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4, task -> {
        var thread = new Thread(task, "console");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Component> underTreatment = ConcurrentHashMap.newKeySet();

    private Console(LocalStack stack, Path root, int port, @Nullable URI issuer, Function<Duration, String> tokens)
            throws IOException {
        this.stack = stack;
        this.issuer = issuer;
        this.tokens = tokens;
        this.pages = root.resolve("console");
        this.client = root.resolve("clients/js/src");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * Serves it from now on.
     *
     * @param root of the repository
     * @param port 0 for any free one
     * @param issuer that has an authorization endpoint and knows the client {@code people}; null where nobody signs in
     * @param tokens a token of whoever sits before it, good for that long if the provider can choose
     * @throws StartFailed when the port is in use
     */
    public static Console serve(
            LocalStack stack, Path root, int port, @Nullable URI issuer, Function<Duration, String> tokens) {
        try {
            return new Console(stack, root, port, issuer, tokens);
        } catch (IOException e) {
            throw StartFailed.before("the console can't listen on port " + port + ": " + e.getMessage());
        }
    }

    /** The one address to open. */
    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            secure(exchange);
            var own = List.of(authority("localhost"), authority("127.0.0.1"));
            if (!own.contains(exchange.getRequestHeaders().getFirst("Host"))) {
                answer(exchange, 403, "this is " + url());
                return;
            }
            switch (exchange.getRequestMethod()) {
                case "GET" -> get(exchange);
                case "POST" -> post(exchange);
                default -> answer(exchange, 405, "GET and POST are known here");
            }
        }
    }

    private String authority(String host) {
        return host + ":" + server.getAddress().getPort();
    }

    /** Nothing but the page's own files, and connections to the services. */
    private void secure(HttpExchange exchange) {
        var headers = exchange.getResponseHeaders();
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' "
                        + service(Component.PUBLISHER) + " "
                        + service(Component.WS_EDGE).replaceFirst("http", "ws") + " "
                        + Component.EDGES.stream().map(this::service).collect(joining(" ")) + " "
                        + edges().map(edge -> edge.url().toString()).collect(joining(" "))
                        + (issuer == null ? "" : " " + issuer.resolve("/"))
                        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-store");
    }

    /** One that somebody runs otherwise is where it would be here. */
    private String service(Component component) {
        return stack.services(component).stream()
                .map(service -> service.url().toString())
                .findFirst()
                .orElse("http://localhost:" + component.defaultPort());
    }

    private void get(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        if (path.equals("/config.json")) {
            answer(exchange, 200, "application/json", JSON.writeValueAsBytes(config()));
            return;
        }
        if (path.startsWith(SESSIONS)) {
            sessions(exchange, path.substring(SESSIONS.length()));
            return;
        }
        var file = path.startsWith(CLIENT)
                ? client.resolve(path.substring(CLIENT.length()))
                : pages.resolve(path.equals("/") ? "index.html" : path.substring(1));
        var type = TYPES.get(path.equals("/") ? "html" : path.substring(path.lastIndexOf('.') + 1));
        var inside = file.normalize().startsWith(client) || file.normalize().startsWith(pages);
        if (type == null || !inside || !Files.isRegularFile(file)) {
            answer(exchange, 404, "there is no " + path);
            return;
        }
        if (path.startsWith(CLIENT)) {
            // Pages under development import it from here; there is nothing secret in it.
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        }
        answer(exchange, 200, type, Files.readAllBytes(file));
    }

    private Map<String, Object> config() {
        var config = new LinkedHashMap<String, Object>();
        config.put("local", true);
        config.put("sse", service(Component.SSE_EDGE));
        config.put("websocket", service(Component.WS_EDGE));
        config.put("grpc", service(Component.GRPC_EDGE));
        config.put("publish", service(Component.PUBLISHER));
        config.put(
                "edges",
                edges().map(edge ->
                                Map.of("name", edge.name(), "url", edge.url().toString()))
                        .toList());
        if (issuer != null) {
            config.put("oidc", Map.of("issuer", issuer.toString(), "client", Keycloak.PEOPLE));
        }
        return config;
    }

    private Stream<Service> edges() {
        return Component.EDGES.stream().flatMap(edge -> stack.services(edge).stream());
    }

    /** What an edge lists at its operator's port, which lets no page in. */
    private void sessions(HttpExchange exchange, String name) throws IOException {
        var list = edges().filter(edge -> edge.name().equals(name))
                .findFirst()
                .flatMap(Service::operatorUrl)
                .map(url -> url.resolve("/sessions?limit=" + MOST_SESSIONS));
        if (list.isEmpty()) {
            answer(exchange, 404, "no edge of this stack lists its sessions by the name of " + name);
            return;
        }
        try {
            var connection = list.get().toURL().openConnection();
            connection.setConnectTimeout(OPERATOR_MS);
            connection.setReadTimeout(OPERATOR_MS);
            try (var body = connection.getInputStream()) {
                answer(exchange, 200, "application/json", body.readAllBytes());
            }
        } catch (IOException away) {
            answer(exchange, 503, name + " does not say: " + away.getMessage());
        }
    }

    /** JSON only: a page of another origin can't send that without asking first, and is told nothing then. */
    private void post(HttpExchange exchange) throws IOException {
        if (!"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
            answer(exchange, 415, "application/json is needed here");
            return;
        }
        JsonNode body;
        try {
            body = JSON.readTree(exchange.getRequestBody().readNBytes(LARGEST_BODY));
        } catch (JsonProcessingException e) {
            answer(exchange, 400, "this is no JSON");
            return;
        }
        switch (exchange.getRequestURI().getPath()) {
            case "/token" -> token(exchange, body);
            case "/kill" -> kill(exchange, body.path("component").asText());
            default -> answer(exchange, 404, "there is no such thing to do");
        }
    }

    private void token(HttpExchange exchange, JsonNode body) throws IOException {
        var ttl = Duration.ofSeconds(body.path("ttl").asLong(LONGEST_TTL.toSeconds()));
        if (ttl.isNegative() || ttl.compareTo(LONGEST_TTL) > 0) {
            answer(exchange, 400, "ttl: 0 to " + LONGEST_TTL.toSeconds() + " s");
            return;
        }
        try {
            answer(exchange, 200, tokens.apply(ttl));
        } catch (UncheckedIOException e) {
            answer(exchange, 503, String.valueOf(e.getMessage()));
        }
    }

    /** Kills the first replica, and starts it again. */
    private void kill(HttpExchange exchange, String id) throws IOException {
        var edge = Component.of(id)
                .filter(Component::isEdge)
                .filter(component -> !stack.services(component).isEmpty())
                .orElse(null);
        if (edge == null) {
            answer(exchange, 400, "component: an edge of this stack is needed here");
            return;
        }
        if (!underTreatment.add(edge)) {
            answer(exchange, 409, "it has just been killed");
            return;
        }
        try {
            var victim = stack.service(edge);
            victim.kill();
            victim.start();
            answer(exchange, 200, "it runs again");
        } catch (StartFailed e) {
            answer(exchange, 500, e.line());
        } finally {
            underTreatment.remove(edge);
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
