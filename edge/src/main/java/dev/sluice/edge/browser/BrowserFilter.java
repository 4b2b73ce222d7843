package dev.sluice.edge.browser;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.EdgeConfig;
import dev.sluice.identity.ProblemResponse;
import dev.sluice.identity.browser.Page;
import dev.sluice.identity.browser.Pages;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Before authentication: where the token of a page stands when it could not be put into a header. A token that is found becomes the
 * {@code Authorization} of the request, so that all that follows knows one place only.
 */
@Singleton
class BrowserFilter {
    /** After the refusal of tokens in URLs, before authentication. */
    private static final int PRIORITY = 900;

    private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";
    /** A token is made of characters that a subprotocol's name may have. */
    private static final String BEARER = "sluice.bearer.";

    private static final String TICKET = "ticket";
    private final Pages pages;
    private final Optional<String> cookie;
    private final Tickets tickets;

    BrowserFilter(Pages pages, EdgeConfig.Browser config, Tickets tickets) {
        this.pages = pages;
        this.cookie = config.cookie();
        this.tickets = tickets;
    }

    void register(@Observes Filters filters) {
        filters.register(this::filter, PRIORITY);
    }

    private void filter(RoutingContext context) {
        credentials(context).ifPresentOrElse(refusal -> ProblemResponse.send(context, refusal), context::next);
    }

    private static boolean isWebSocket(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    /** Finds the token, the first of header, subprotocol, ticket, cookie. */
    private Optional<Problem> credentials(RoutingContext context) {
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
            if (found != null && !pages.vouchFor(request)) {
                // Also for what is read: a subscription takes the name of an acknowledged one over.
                return Optional.of(
                        pages.of(request) == Page.STRANGER
                                ? Pages.stranger()
                                : new Problem(
                                        Reason.FORBIDDEN,
                                        "Origin",
                                        "a cookie is taken from pages of this host and of sluice.browser.origins; send Origin, or the token as Authorization: Bearer"));
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
