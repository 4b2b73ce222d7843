package dev.sluice.identity.browser;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.identity.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose page it is that asks (RFC 6454; cross-site WebSocket hijacking, RFC 6455 section 10.2), on all services. Comes before whatever may
 * refuse a request: a browser shows a page the refusal only if it has the headers of CORS. Safe on any thread.
 */
@Singleton
public class Pages {
    /** Before whatever may answer. */
    private static final int FIRST = 4_000;

    private static final int PREFLIGHT_SECONDS = 7_200;
    private static final String REFERER = "Referer";

    private final Origins origins;
    private final Strangers strangers = new Strangers();
    /** Who may is decided here before it is asked; that page may send what headers it likes, for it has to have a token all the same. */
    private final CorsHandler cors = CorsHandler.create()
            .addOriginWithRegex(".*")
            .allowCredentials(true)
            .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.DELETE))
            .exposedHeaders(Set.of(
                    "Allow",
                    "Grpc-Message",
                    "Grpc-Retry-Pushback-Ms",
                    "Grpc-Status",
                    "Retry-After",
                    "Sluice-Field",
                    "Sluice-Reason",
                    "WWW-Authenticate"))
            .maxAgeSeconds(PREFLIGHT_SECONDS);

    Pages(PagesConfig config) {
        this.origins = new Origins(config.origins().orElse(List.of()));
    }

    void register(@Observes Filters filters) {
        filters.register(this::filter, FIRST);
    }

    private void filter(RoutingContext context) {
        HttpServerRequest request = context.request();
        Page page = of(request);
        if (page == Page.STRANGER) {
            strangers.met(request.getHeader(HttpHeaders.ORIGIN));
        }
        if (page == Page.STRANGER && (isWebSocket(request) || request.method() == HttpMethod.OPTIONS)) {
            ProblemResponse.send(context, stranger());
        } else if (page == Page.LISTED && !isWebSocket(request)) {
            cors.handle(context);
        } else {
            context.next();
        }
    }

    /** By {@code Origin}. */
    public Page of(HttpServerRequest request) {
        return of(request, request.getHeader(HttpHeaders.ORIGIN));
    }

    private Page of(HttpServerRequest request, @Nullable String origin) {
        if (origin == null) {
            return Page.NONE;
        }
        if (Origins.isOwn(
                origin, request.authority() == null ? null : request.authority().toString())) {
            return Page.OWN;
        }
        return origins.allows(origin) ? Page.LISTED : Page.STRANGER;
    }

    /**
     * Whether it is known that a page asks that may: what a browser adds by itself is no proof that its user wanted it (Fetch Metadata;
     * OWASP, cross-site request forgery). Where the browser sends neither {@code Origin} nor {@code Sec-Fetch-Site}, which over plain HTTP
     * is so for what a page gets from its own host, {@code Referer} counts.
     */
    public boolean vouchFor(HttpServerRequest request) {
        Page page = of(request);
        if (page != Page.NONE) {
            return page.isWelcome();
        }
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String referer = request.getHeader(REFERER);
        return referer != null && of(request, Origins.ofUrl(referer)).isWelcome();
    }

    /** What a page is told that may not connect. */
    public static Problem stranger() {
        return new Problem(
                Reason.FORBIDDEN, "Origin", "pages of this origin may not connect; see sluice.browser.origins");
    }

    private static boolean isWebSocket(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }
}
