package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * What Vert.x does not ask of the head of a gRPC call (gRPC over HTTP/2, "Requests"), on all services and for whatever method.
 *
 * <p>Calls whose messages are compressed are refused, but for those that we read ourselves ({@link CallReader}). Vert.x inflates a message
 * before its size is looked at and, for the methods that are open (health), before anybody asks who calls: 64 KiB would end the process.
 */
@Singleton
class CallHeads {
    /** Before authentication. */
    private static final int PRIORITY = 1_000;

    private static final String OURS = "/sluice.v1.";
    private static final String ENCODING = "grpc-encoding";
    private static final String IDENTITY = "identity";
    private static final String GZIP = "gzip";

    private static final Problem NO_CALL =
            new Problem(Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Type", "this is a method of gRPC");
    private static final Problem NO_POST = Problem.of(Reason.METHOD_NOT_ALLOWED, "a call is a POST");
    private static final Problem COMPRESSED =
            new Problem(Reason.METHOD_NOT_ALLOWED, ENCODING, "messages must not be compressed here");
    private static final Problem COMPRESSED_OTHERWISE = new Problem(
            Reason.METHOD_NOT_ALLOWED, ENCODING, "messages may be compressed by gzip here, by nothing else");

    private final Instance<CallReader> readers;

    CallHeads(Instance<CallReader> readers) {
        this.readers = readers;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<Problem> refusal = refusal(request);
        if (refusal.isEmpty()) {
            context.next();
            return;
        }
        if (ENCODING.equals(refusal.get().field())) {
            // "Compression" wants the client to know what would be right.
            boolean ours = refusal.get().equals(COMPRESSED_OTHERWISE);
            context.response().putHeader("grpc-accept-encoding", ours ? IDENTITY + "," + GZIP : IDENTITY);
        }
        ProblemResponse.send(context, refusal.get());
    }

    private Optional<Problem> refusal(HttpServerRequest request) {
        boolean post = request.method() == HttpMethod.POST;
        if (!ProblemResponse.isCall(request)) {
            // What is no POST may be the preflight of a page.
            return post && request.path().startsWith(OURS) ? Optional.of(NO_CALL) : Optional.empty();
        }
        if (!post) {
            return Optional.of(NO_POST);
        }
        String encoding = request.getHeader(ENCODING);
        if (encoding == null || encoding.equalsIgnoreCase(IDENTITY)) {
            return Optional.empty();
        }
        if (readers.isUnsatisfied() || !readers.get().reads(request.path())) {
            return Optional.of(COMPRESSED);
        }
        return encoding.equals(GZIP) ? Optional.empty() : Optional.of(COMPRESSED_OTHERWISE);
    }
}
