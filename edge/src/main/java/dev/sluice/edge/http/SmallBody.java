package dev.sluice.edge.http;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Reads the body of a request that has a few members at most. On the request's event loop. */
public final class SmallBody {
    private static final int MOST_BYTES = 64 * 1024;

    private SmallBody() {}

    /** What is done with the body; a refusal is answered as a problem. */
    @FunctionalInterface
    public interface Action {
        void accept(byte[] body) throws Rejected;
    }

    public static void read(RoutingContext context, Requests requests, Action action) {
        var body = Buffer.buffer();
        context.request().handler(piece -> {
            if (body.length() <= MOST_BYTES) {
                // What is beyond is read to its end and not kept.
                body.appendBuffer(piece);
            }
        });
        context.request().endHandler(end -> {
            try {
                if (body.length() > MOST_BYTES) {
                    throw new Problem(Reason.TOO_LARGE, "body", "at most " + MOST_BYTES + " bytes are taken here")
                            .beyond(Limit.MESSAGE_SIZE)
                            .rejected();
                }
                action.accept(body.getBytes());
            } catch (Rejected refusal) {
                requests.refuse(context, refusal.problem());
            }
        });
        context.request().resume();
    }
}
