package dev.sluice.identity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** A refusal over HTTP: RFC 9457 {@code application/problem+json}. */
public final class ProblemResponse {
    public static final String MEDIA_TYPE = "application/problem+json";
    /** When what is missing may be there again. */
    private static final int RETRY_AFTER_SECONDS = 2;

    private ProblemResponse() {}

    /** The members of the refusal. */
    public static ObjectNode json(Problem problem) {
        Reason reason = problem.reason();
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("type", "about:blank")
                .put("title", HttpResponseStatus.valueOf(reason.httpStatus()).reasonPhrase())
                .put("status", reason.httpStatus())
                .put("detail", problem.detail())
                .put("reason", reason.code());
        return problem.field() == null ? body : body.put("field", problem.field());
    }

    /** Seconds after which the same request may succeed, or null where that would not help. */
    public static @Nullable Integer retryAfter(Reason reason) {
        return switch (reason) {
            case LIMITED, UNAVAILABLE, DRAINING -> RETRY_AFTER_SECONDS;
            default -> null;
        };
    }

    /** Answers and ends. On the response's event loop. */
    public static void send(HttpServerResponse response, Problem problem) {
        if (response.ended() || response.closed()) {
            return;
        }
        Reason reason = problem.reason();
        response.setStatusCode(reason.httpStatus()).putHeader("Content-Type", MEDIA_TYPE);
        if (reason.httpStatus() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        }
        Integer retryAfter = retryAfter(reason);
        if (retryAfter != null) {
            response.putHeader("Retry-After", retryAfter.toString());
        }
        response.end(json(problem).toString());
    }
}
