package dev.sluice.edge.browser;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.EdgeConfig;
import dev.sluice.identity.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Before authentication: whose page it is that asks (CORS; cross-site WebSocket hijacking, RFC 6455 section 10.2), and where its token
 * stands when it could not be put into a header. A token that is found becomes the {@code Authorization} of the request, so that all
 * that follows knows one place only.
 */
@Singleton
class BrowserFilter {
    /** After the refusal of tokens in URLs, before authentication. */
    private static final int PRIORITY = 900;

    private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";
    /** A token is made of characters that a subprotocol's name may have. */
    private static final String BEARER = "sluice.bearer.";

    private static final String TICKET = "ticket";
    private static final int PREFLIGHT_SECONDS = 7_200;

    private final Origins origins;
    private final Optional<String> cookie;
    private final Tickets tickets;
    private final CorsHandler cors = CorsHandler.create()
            // Who may is decided here before it is asked.
            .addOriginWithRegex(".*")
            .allowCredentials(true)
            .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE))
            .allowedHeaders(Set.of(
                    "Authorization",
                    "Cache-Control",
                    "Content-Type",
                    "Last-Event-ID",
                    "X-Grpc-Web",
                    "X-User-Agent",
                    "Grpc-Timeout"))
            .exposedHeaders(Set.of("Grpc-Status", "Grpc-Message", "Sluice-Reason", "Sluice-Field", "Retry-After"))
            .maxAgeSeconds(PREFLIGHT_SECONDS);

    BrowserFilter(EdgeConfig.Browser config, Tickets tickets) {
        this.origins = new Origins(config.origins().orElse(List.of()));
        this.cookie = config.cookie();
        this.tickets = tickets;
    }

    void register(@Observes Filters filters) {
        filters.register(this::filter, PRIORITY);
    }

    private void filter(RoutingContext context) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean foreign = origin != null
                && !Origins.isOwn(
                        origin,
                        request.authority() == null ? null : request.authority().toString());
        boolean allowed = foreign && origins.allows(origin);
        boolean stranger = foreign && !allowed;
        Optional<Problem> refusal = credentials(context, stranger);
        if (refusal.isPresent()) {
            ProblemResponse.send(context.response(), refusal.get());
        } else if (allowed && !isWebSocket(request)) {
            cors.handle(context);
        } else if (stranger && (isWebSocket(request) || request.method() == HttpMethod.OPTIONS)) {
            ProblemResponse.send(context.response(), stranger());
        } else {
            context.next();
        }
    }

    private static boolean isWebSocket(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    private static Problem stranger() {
        return new Problem(
                Reason.FORBIDDEN, "Origin", "pages of this origin may not connect; see sluice.browser.origins");
    }

    /**
     * Finds the token, the first of header, subprotocol, ticket, cookie.
     *
     * @param stranger whether a page asks that is not on the list; it must not act with what the browser adds by itself
     */
    private Optional<Problem> credentials(RoutingContext context, boolean stranger) {
        HttpServerRequest request = context.request();
        String ticket = takeTicket(context);
        if (request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            return Optional.empty();
        }
        String token = takeSubprotocol(request);
        if (token == null && ticket != null) {
            token = tickets.open(ticket, request.path(), Instant.now()).orElse(null);
            if (token == null) {
                return Optional.of(
                        new Problem(
                                Reason.UNAUTHENTICATED,
                                TICKET,
                                "the ticket is none of ours, has expired, or is for another path; get a new one by POST /v1/tickets"));
            }
        }
        if (token == null && cookie.isPresent()) {
            Cookie found = request.getCookie(cookie.get());
            if (found != null && stranger) {
                return Optional.of(stranger());
            }
            token = found == null ? null : found.getValue();
        }
        if (token != null) {
            request.headers().set(HttpHeaders.AUTHORIZATION, "Bearer " + token);
        }
        return Optional.empty();
    }

    private static @Nullable String takeTicket(RoutingContext context) {
        String query = context.request().query();
        if (query == null || !query.contains(TICKET)) {
            return null;
        }
        String ticket = context.queryParams().get(TICKET);
        // What follows need not know of it.
        context.queryParams().remove(TICKET);
        return ticket;
    }

    private static @Nullable String takeSubprotocol(HttpServerRequest request) {
        String offered = isWebSocket(request) ? request.getHeader(SUBPROTOCOL) : null;
        if (offered == null || !offered.contains(BEARER)) {
            return null;
        }
        String token = null;
        var others = new ArrayList<String>();
        for (String name : offered.split(",", -1)) {
            if (name.strip().startsWith(BEARER)) {
                token = name.strip().substring(BEARER.length());
            } else {
                others.add(name.strip());
            }
        }
        request.headers().set(SUBPROTOCOL, String.join(", ", others));
        return token;
    }
}
