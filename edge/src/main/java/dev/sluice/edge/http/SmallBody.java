package dev.sluice.edge.http;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * Reads the body of a request that has a few members at most. A resource that took it as a parameter would have the framework hold
 * whatever comes, up to what the largest event may have.
 */
public final class SmallBody {
    private static final int MOST_BYTES = 64 * 1024;

    private SmallBody() {}

    /** On the request's event loop. Fails with {@code Rejected} when it is too large, and when the client leaves meanwhile. */
    public static Uni<byte[]> of(HttpServerRequest request) {
        return Uni.createFrom().emitter(emitter -> {
            var body = Buffer.buffer();
            request.handler(piece -> {
                if (body.length() <= MOST_BYTES) {
                    // What is beyond is read to its end and not kept.
                    body.appendBuffer(piece);
                }
            });
            request.exceptionHandler(emitter::fail);
            request.endHandler(end -> {
                if (body.length() > MOST_BYTES) {
                    emitter.fail(
                            new Problem(Reason.TOO_LARGE, "body", "at most " + MOST_BYTES + " bytes are taken here")
                                    .beyond(Limit.MESSAGE_SIZE)
                                    .rejected());
                } else {
                    emitter.complete(body.getBytes());
                }
            });
            request.resume();
        });
    }
}
