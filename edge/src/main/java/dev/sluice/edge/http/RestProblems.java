package dev.sluice.edge.http;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.engine.Engine;
import dev.sluice.identity.ProblemResponse;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a resource refuses, and what the framework refuses by itself, as routes do it: counted, and as a problem. */
@Singleton
class RestProblems {
    private static final Logger LOG = Logger.getLogger(RestProblems.class);

    private final Engine engine;

    RestProblems(Engine engine) {
        this.engine = engine;
    }

    @ServerExceptionMapper
    Response refused(Rejected refusal) {
        engine.countRefusal(refusal.problem());
        return answer(refusal.problem());
    }

    @ServerExceptionMapper
    Response refused(WebApplicationException refusal) {
        Response given = refusal.getResponse();
        return Arrays.stream(Reason.values())
                .filter(reason -> reason.httpStatus() == given.getStatus())
                .findFirst()
                .map(reason -> {
                    Response answer = answer(Problem.of(reason, detail(reason)));
                    String allow = given.getHeaderString(HttpHeaders.ALLOW);
                    return allow == null
                            ? answer
                            : Response.fromResponse(answer)
                                    .header(HttpHeaders.ALLOW, allow)
                                    .build();
                })
                .orElse(given);
    }

    @ServerExceptionMapper
    Response failed(Throwable bug) {
        LOG.error("A request failed", bug);
        return answer(Problem.of(Reason.INTERNAL, "this is a bug of Sluice; its log says more"));
    }

    private static String detail(Reason reason) {
        return switch (reason) {
            case METHOD_NOT_ALLOWED -> "the path is known, but not with this method";
            case NOT_ACCEPTABLE -> "the answer is application/json";
            case UNSUPPORTED_MEDIA_TYPE -> "this is no media type, as for example application/json";
            default -> reason.code();
        };
    }

    private static Response answer(Problem problem) {
        var response = Response.status(problem.reason().httpStatus())
                .type(ProblemResponse.MEDIA_TYPE)
                .entity(ProblemResponse.json(problem).toString());
        if (problem.reason().httpStatus() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, ProblemResponse.CHALLENGE);
        }
        Integer retryAfter = ProblemResponse.retryAfter(problem.reason());
        if (retryAfter != null) {
            response.header(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        return response.build();
    }
}
