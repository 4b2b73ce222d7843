package dev.sluice.identity.http;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.identity.ProblemResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * How large the head of a request may be ({@code quarkus.http.limits}). Netty refuses what is beyond its own bound before it has read the
 * {@code Origin}, so that a page would not be shown why; it gets room for twice as much, and what lies between is refused here, in words.
 * Safe on any thread.
 */
@Singleton
class HeadSize implements HttpServerOptionsCustomizer {
    /** After it is known whose page asks and that the head has come, before anybody looks into it. */
    private static final int PRIORITY = 2_750;

    private static final int ROOM = 2;
    /** What each field of HTTP/2 counts besides its letters (RFC 9113, section 6.5.2). */
    private static final int FIELD = 32;
    /** The colon, the space and the end of a line (RFC 9112). */
    private static final int LINE = 4;
    /** Two spaces and the version. */
    private static final int FIRST_LINE = 10;

    private static final Problem LONG_URL = Problem.of(
            Reason.TOO_LARGE,
            "the URL is longer than the first line of a request may be; ask for less at once, or over a WebSocket or gRPC");
    private static final Problem LONG_HEAD = Problem.of(
            Reason.TOO_LARGE, "the headers are together larger than the head of a request may be; see operators.md");

    private final Provider<RefusalCount> refusals;
    private volatile Bounds bounds = new Bounds(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    /** Bytes of the first line and of the others over HTTP/1.1, and of all fields over HTTP/2. */
    private record Bounds(int line, int headers, long fields) {}

    HeadSize(Provider<RefusalCount> refusals) {
        this.refusals = refusals;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        customize(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customize(options);
    }

    private void customize(HttpServerOptions options) {
        Http2Settings settings = options.getInitialSettings();
        bounds = new Bounds(
                options.getMaxInitialLineLength(), options.getMaxHeaderSize(), settings.getMaxHeaderListSize());
        options.setMaxInitialLineLength(room(bounds.line()));
        options.setMaxHeaderSize(room(bounds.headers()));
        settings.setMaxHeaderListSize(room(bounds.fields()));
    }

    private static int room(long bound) {
        return (int) Math.min(Integer.MAX_VALUE, ROOM * bound);
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.version() == HttpVersion.HTTP_2) {
            if (fields(request) > bounds.fields()) {
                refuse(context, HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, LONG_HEAD);
                return;
            }
        } else if (line(request) > bounds.line()) {
            refuse(context, HttpResponseStatus.REQUEST_URI_TOO_LONG, LONG_URL);
            return;
        } else if (sum(request, LINE) > bounds.headers()) {
            refuse(context, HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, LONG_HEAD);
            return;
        }
        context.next();
    }

    private void refuse(RoutingContext context, HttpResponseStatus status, Problem problem) {
        refusals.get().countRefusal(problem);
        ProblemResponse.sendAs(status, context, problem);
    }

    private static int line(HttpServerRequest request) {
        return request.method().name().length() + request.uri().length() + FIRST_LINE;
    }

    private static long fields(HttpServerRequest request) {
        return pseudo(":method", request.method().name())
                + pseudo(":path", request.uri())
                + pseudo(":scheme", request.scheme())
                + pseudo(":authority", String.valueOf(request.authority()))
                + sum(request, FIELD);
    }

    private static int pseudo(String name, String value) {
        return name.length() + value.length() + FIELD;
    }

    private static long sum(HttpServerRequest request, int each) {
        long bytes = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            bytes += header.getKey().length() + header.getValue().length() + each;
        }
        return bytes;
    }
}
