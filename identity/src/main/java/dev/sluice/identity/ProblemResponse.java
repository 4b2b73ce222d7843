package dev.sluice.identity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A refusal over HTTP: RFC 9457 {@code application/problem+json}; of a gRPC call, whatever its form, a status without messages. */
public final class ProblemResponse {
    public static final String MEDIA_TYPE = "application/problem+json";
    /** RFC 6750, section 3. */
    public static final String CHALLENGE = "Bearer error=\"invalid_token\"";
    /** When what is missing may be there again. */
    private static final int RETRY_AFTER_SECONDS = 2;

    private static final String WAY = ProblemResponse.class.getName() + ".way";
    /** With protobuf; of another content, as application/grpc+json, nothing is known here. */
    private static final Pattern GRPC =
            Pattern.compile("application/grpc(-web(-text)?)?(\\+proto)?\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private static final int LONGEST_FIELD = 200;
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]");

    private ProblemResponse() {}

    /** The members of the refusal. */
    public static ObjectNode json(Problem problem) {
        return json(HttpResponseStatus.valueOf(problem.reason().httpStatus()), problem);
    }

    private static ObjectNode json(HttpResponseStatus status, Problem problem) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("type", "about:blank")
                .put("title", status.reasonPhrase())
                .put("status", status.code())
                .put("detail", problem.detail())
                .put("reason", problem.reason().code());
        return problem.field() == null ? body : body.put("field", problem.field());
    }

    /** Seconds after which the same request may succeed, or null where that would not help. */
    public static @Nullable Integer retryAfter(Reason reason) {
        return switch (reason) {
            case LIMITED, UNAVAILABLE, DRAINING -> RETRY_AFTER_SECONDS;
            default -> null;
        };
    }

    /** A field may be called as the client likes, what stands in a header or a trailer may not. */
    public static String header(String field) {
        String shown = field.length() > LONGEST_FIELD ? field.substring(0, LONGEST_FIELD) : field;
        return NOT_PRINTABLE.matcher(shown).replaceAll("?");
    }

    /**
     * Whether it is a call of gRPC or gRPC-Web, which is told by a status what is wrong with it. A content type of which nothing is known is
     * answered by HTTP's 415 (gRPC over HTTP/2, "Requests").
     */
    public static boolean isCall(HttpServerRequest request) {
        return isCall(request.getHeader("Content-Type"));
    }

    static boolean isCall(@Nullable String contentType) {
        return contentType != null && GRPC.matcher(contentType).matches();
    }

    /**
     * For an answer whose head is its end. Vert.x says then that the content has no bytes, which leads proxies to look for a body and to lose
     * the status. Of HTTP/1.1, where the length ends the answer, it stays.
     */
    public static void withoutLength(RoutingContext context) {
        if (context.request().version() == HttpVersion.HTTP_2) {
            context.addHeadersEndHandler(written -> context.response().headers().remove(HttpHeaders.CONTENT_LENGTH));
        }
    }

    /** From now on this request is refused in a way of its own, on its event loop. */
    public static void refuseBy(RoutingContext context, Consumer<Problem> way) {
        context.put(WAY, way);
    }

    /** Whether {@link #refuseBy} was called for this request. */
    static boolean hasOwnWay(RoutingContext context) {
        return context.get(WAY) != null;
    }

    /** Answers in the way of the protocol, and ends. On the request's event loop. */
    public static void send(RoutingContext context, Problem problem) {
        HttpServerRequest request = context.request();
        Consumer<Problem> way = context.get(WAY);
        if (way != null) {
            way.accept(problem);
        } else if (isCall(request)) {
            withoutLength(context);
            sendStatus(request, problem);
        } else {
            sendAs(HttpResponseStatus.valueOf(problem.reason().httpStatus()), context, problem);
        }
    }

    /** gRPC over HTTP/2, "Responses", Trailers-Only; gRPC-Web clients read the same headers. */
    private static void sendStatus(HttpServerRequest request, Problem problem) {
        HttpServerResponse response = request.response()
                .setStatusCode(200)
                .putHeader("Content-Type", request.getHeader("Content-Type"))
                .putHeader("grpc-status", String.valueOf(problem.reason().grpcStatus()))
                .putHeader("grpc-message", problem.detail())
                .putHeader("sluice-reason", problem.reason().code());
        if (problem.field() != null) {
            response.putHeader("sluice-field", header(problem.field()).toLowerCase(Locale.ROOT));
        }
        response.end();
    }

    /** Answers in the way of HTTP, also a call, with the status that HTTP has for just this. On the request's event loop. */
    public static void sendAs(HttpResponseStatus status, RoutingContext context, Problem problem) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status.code()).putHeader("Content-Type", MEDIA_TYPE);
        if (status.code() == 401) {
            response.putHeader("WWW-Authenticate", CHALLENGE);
        }
        Integer retryAfter = retryAfter(problem.reason());
        if (retryAfter != null) {
            response.putHeader("Retry-After", retryAfter.toString());
        }
        response.end(json(status, problem).toString());
    }
}
