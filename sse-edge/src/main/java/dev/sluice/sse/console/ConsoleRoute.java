package dev.sluice.sse.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.edge.http.Requests;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * {@code /console/index.html}, and {@code /console}, which leads there (no path here ends with a slash): the page of folder {@code console} with {@code @sluice/client} beside it, from the class path, and {@code config.json}.
 * No token is asked for, since there is nothing secret in it; nothing of another host runs in it.
 */
@Singleton
class ConsoleRoute {
    private static final String ROOT = "/console/";
    private static final Pattern FILE = Pattern.compile("(?:client/)?[a-z-]+\\.(html|js|css|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private final boolean enabled;
    private final String policy;
    private final Buffer config;

    /** @throws IllegalArgumentException naming the key that is missing */
    ConsoleRoute(ConsoleConfig console, @ConfigProperty(name = "quarkus.oidc.auth-server-url") String issuer)
            throws JsonProcessingException {
        enabled = console.enabled();
        if (!enabled) {
            policy = "";
            config = Buffer.buffer();
            return;
        }
        String client = required("client", console.client());
        URI websocket = URI.create(required("websocket", console.websocket()));
        URI grpc = URI.create(required("grpc", console.grpc()));
        policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' "
                + String.join(
                        " ",
                        origin(websocket),
                        origin(websocket).replaceFirst("^http", "ws"),
                        origin(grpc),
                        origin(URI.create(issuer)))
                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        config = Buffer.buffer(new ObjectMapper()
                .writeValueAsBytes(Map.of(
                        "websocket",
                        websocket.toString(),
                        "grpc",
                        grpc.toString(),
                        "oidc",
                        Map.of("issuer", issuer, "client", client))));
    }

    private static String required(String key, Optional<String> value) {
        return value.orElseThrow(() ->
                new IllegalArgumentException("sluice.console." + key + " is required with sluice.console.enabled"));
    }

    private static String origin(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    void register(@Observes Router router) {
        if (enabled) {
            router.get("/console").order(Requests.AFTER_AUTHENTICATION).handler(context -> {
                if (context.normalizedPath().equals("/console")) {
                    context.response()
                            .setStatusCode(301)
                            .putHeader("Location", "console/index.html")
                            .end();
                } else {
                    context.next();
                }
            });
            // From the class path, which is a jar's.
            router.get(ROOT + "*").order(Requests.AFTER_AUTHENTICATION).blockingHandler(this::get, false);
        }
    }

    private void get(RoutingContext context) {
        String path = context.normalizedPath().substring(ROOT.length());
        context.response()
                .putHeader("Content-Security-Policy", policy)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "no-cache");
        if (path.equals("config.json")) {
            context.response().putHeader("Content-Type", "application/json").end(config);
            return;
        }
        var name = FILE.matcher(path);
        if (!name.matches()) {
            context.fail(404);
            return;
        }
        try (var in = ConsoleRoute.class.getResourceAsStream(ROOT + path)) {
            if (in == null) {
                context.fail(404);
                return;
            }
            context.response()
                    .putHeader("Content-Type", TYPES.get(name.group(1)))
                    .end(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
