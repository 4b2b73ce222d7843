package dev.sluice.publisher.http;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** What the framework refuses by itself, in the same form as what we refuse. */
class RestProblems {
    private static final Logger LOG = Logger.getLogger(RestProblems.class);

    @ServerExceptionMapper
    Response refused(WebApplicationException refusal) {
        int status = refusal.getResponse().getStatus();
        return Arrays.stream(Reason.values())
                .filter(reason -> reason.httpStatus() == status)
                .findFirst()
                .map(reason -> Answers.of(new Problem(reason, field(reason), detail(reason))))
                .orElseGet(refusal::getResponse);
    }

    private static @Nullable String field(Reason reason) {
        return switch (reason) {
            case NOT_ACCEPTABLE -> "Accept";
            case UNSUPPORTED_MEDIA_TYPE -> "Content-Type";
            default -> null;
        };
    }

    private static String detail(Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> "there is no such path";
            case METHOD_NOT_ALLOWED -> "events are posted here: use POST";
            case NOT_ACCEPTABLE -> "the answer is application/json";
            case UNSUPPORTED_MEDIA_TYPE -> "this is no media type, as for example application/json";
            default -> reason.code();
        };
    }

    @ServerExceptionMapper
    Response failed(Throwable bug) {
        LOG.error("A post failed", bug);
        return Answers.of(Problem.of(Reason.INTERNAL, "this is a bug of Sluice; its log says more"));
    }
}
