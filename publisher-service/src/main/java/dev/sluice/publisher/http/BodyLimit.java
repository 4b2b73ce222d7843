package dev.sluice.publisher.http;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.identity.ProblemResponse;
import dev.sluice.publisher.Form;
import dev.sluice.publisher.Publishing;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/**
 * Refuses a body by its announced length before any of it is read, and in our own form; the framework's limit would cut the connection.
 * What fits is still checked against the limits of events and batches.
 */
@Singleton
class BodyLimit {
    /** Whatever the configured limits are: nobody may make us hold more. Equals quarkus.http.limits.max-body-size. */
    private static final long MOST = 4L * 1024 * 1024;

    private static final Pattern LONG = Pattern.compile("\\d{1,18}");
    private static final int PRIORITY = 900;

    private final Publishing publishing;

    BodyLimit(Publishing publishing) {
        this.publishing = publishing;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && LONG.matcher(length).matches() && Long.parseLong(length) > MOST) {
            // What is still coming would have to be read to keep the connection.
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            Problem problem = new Problem(Reason.TOO_LARGE, "Content-Length", "a body has at most " + MOST + " bytes")
                    .beyond(Limit.EVENT_SIZE);
            publishing.refuse(Form.PLAIN, problem);
            ProblemResponse.send(context, problem);
        } else {
            context.next();
        }
    }
}
