package dev.sluice.identity.http;

import dev.sluice.contract.problem.Problem;
import dev.sluice.identity.ProblemResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/**
 * How long the body of one request may take: a fixed time, and more for what has come, so that a large one may come over a slow line but
 * nobody trickles for ever. On the request's event loop.
 */
final class BodyDeadline {
    /** RFC 9113, section 8.1: the answer is whole, whatever the client has not sent yet. */
    private static final long NO_ERROR = 0;

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final long millis;
    private final long bytesPerSecond;
    private final Runnable onLate;
    private final long begin = System.nanoTime();
    private long timer;

    /** @param bytesPerSecond for so many bytes there is a second more; 0: there is none */
    BodyDeadline(RoutingContext context, long millis, long bytesPerSecond, Runnable onLate) {
        this.context = context;
        this.request = context.request();
        this.millis = millis;
        this.bytesPerSecond = bytesPerSecond;
        this.onLate = onLate;
    }

    void begin() {
        after(millis);
        request.end().onComplete(complete -> stop());
        context.addEndHandler(over -> stop());
    }

    private void after(long delay) {
        timer = context.vertx().setTimer(delay, due -> check());
    }

    private void stop() {
        context.vertx().cancelTimer(timer);
    }

    private void check() {
        long left = left(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), request.bytesRead());
        if (left > 0) {
            after(left);
        } else if (!request.response().headWritten() && !request.response().closed()) {
            // A stream that is answered already may take as long as it likes: it is a conversation.
            onLate.run();
        }
    }

    private long left(long passed, long bytes) {
        long earned = bytesPerSecond == 0 ? 0 : TimeUnit.SECONDS.toMillis(bytes) / bytesPerSecond;
        return millis + earned - passed;
    }

    /** Answers, and wants nothing more of the request. */
    static void refuse(RoutingContext context, Problem problem) {
        HttpServerRequest request = context.request();
        boolean shared = request.version() == HttpVersion.HTTP_2;
        if (!shared) {
            request.response().putHeader("Connection", "close");
        }
        ProblemResponse.send(context, problem);
        if (shared) {
            request.response().reset(NO_ERROR);
        } else {
            request.connection().close();
        }
    }
}
