package dev.sluice.identity.http;

import dev.sluice.contract.problem.Problem;
import dev.sluice.identity.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that two readers would read differently, before anybody reads them: whose end is not known, who are for two hosts or
 * of two callers, or whose path is not what it says. The same on all services. Safe on any thread.
 */
@Singleton
class RequestForm {
    /** By which Quarkus leaves the form of a URL to us; it would answer 400 without a word. */
    private static final String OWN_FORM_OF_URLS = "vertx.disableURIValidation";

    /** After whoever watches the time, before everything else. */
    private static final int PRIORITY = 2_500;

    private final Provider<RefusalCount> refusals;

    RequestForm(Provider<RefusalCount> refusals) {
        this.refusals = refusals;
    }

    /** Comes before Quarkus makes what receives requests, which looks at it once. */
    static void begin(@Observes @Initialized(ApplicationScoped.class) Object application) {
        System.setProperty(OWN_FORM_OF_URLS, "true");
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        Problem framing = request.version() == HttpVersion.HTTP_2 ? null : framing(request);
        Problem problem = framing == null ? form(request) : framing;
        if (problem == null) {
            context.next();
            return;
        }
        refusals.get().countRefusal(problem);
        if (framing == null) {
            ProblemResponse.send(context, problem);
        } else {
            Connections.answerLast(context, problem);
        }
    }

    /** RFC 9112, sections 3.2 and 6.1: what is wrong with where the request ends, or with whom it is for. */
    private static @Nullable Problem framing(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        boolean chunked = codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked");
        if (!codings.isEmpty() && (!chunked || request.version() == HttpVersion.HTTP_1_0)) {
            return Problem.malformed("Transfer-Encoding", "of these only 'chunked' is known here, once, over HTTP/1.1");
        }
        return request.headers().getAll(HttpHeaders.HOST).size() > 1
                ? Problem.malformed("Host", "the header is given twice")
                : null;
    }

    private static @Nullable Problem form(HttpServerRequest request) {
        if (request.headers().getAll(HttpHeaders.AUTHORIZATION).size() > 1) {
            return Problem.malformed("Authorization", "the header is given twice");
        }
        Optional<Problem> path =
                PathForm.complaint(request.path()).map(complaint -> Problem.malformed("path", complaint));
        String query = request.query();
        return path.or(() -> Optional.ofNullable(query)
                        .flatMap(PathForm::queryComplaint)
                        .map(complaint -> Problem.malformed("query", complaint)))
                .orElse(null);
    }
}
