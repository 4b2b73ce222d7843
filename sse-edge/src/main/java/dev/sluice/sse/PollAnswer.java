package dev.sluice.sse;

import dev.sluice.edge.http.Connections;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Gathers what a poll's session has to say and answers with it once: as soon as there is news, or when the time is over. */
final class PollAnswer implements Outlet {
    private static final long NO_TIMER = -1;
    /** Between two looks at whether what the log had was read, and how often: 10 s in all. */
    private static final long CATCH_UP_MILLIS = 20;

    private static final int CATCH_UP_LOOKS = 500;

    private final RoutingContext context;
    private final PollFormat format;
    private final Buffer events = Buffer.buffer("{\"events\":[");
    private @Nullable Session session;
    private long timer = NO_TIMER;
    private int patience = CATCH_UP_LOOKS;
    /** Completes when the network has the answer; null as long as there is none. */
    private @Nullable Future<Void> answered;

    PollAnswer(RoutingContext context, PollFormat format) {
        this.context = context;
        this.format = format;
    }

    void attach(Session opened) {
        session = opened;
        context.response().closeHandler(gone -> opened.disconnected());
        context.response().exceptionHandler(broken -> opened.disconnected());
    }

    void waitFor(int seconds) {
        timer = context.vertx().setTimer(Math.max(1, seconds * 1_000L), over -> timeIsOver());
    }

    /** What stands in Kafka is not at hand at once. Who asks without waiting would never get it if that counted as nothing. */
    private void timeIsOver() {
        if (session != null && session.isCatchingUp() && patience-- > 0) {
            timer = context.vertx().setTimer(CATCH_UP_MILLIS, over -> timeIsOver());
        } else {
            answer();
        }
    }

    @Override
    public boolean isWritable() {
        return answered == null && !format.isFull();
    }

    @Override
    public void write(ByteBuf frames) {
        try {
            if (answered == null) {
                byte[] bytes = new byte[frames.readableBytes()];
                frames.readBytes(bytes);
                events.appendBytes(bytes);
            }
        } finally {
            frames.release();
        }
        if (format.hasNews()) {
            // Not at once: this is in the middle of the session's own reading.
            context.vertx().runOnContext(next -> answer());
        }
    }

    @Override
    public boolean isWaiting() {
        return answered != null && !answered.isComplete();
    }

    @Override
    public long taken() {
        return isWaiting() ? 0 : 1;
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        return answer().toCompletionStage();
    }

    @Override
    public void abort() {
        Connections.abort(context.request());
    }

    /** The session stands until the network has the answer, so that a drain waits for it. */
    private Future<Void> answer() {
        Future<Void> under = answered;
        if (under != null) {
            return under;
        }
        if (timer != NO_TIMER) {
            context.vertx().cancelTimer(timer);
        }
        HttpServerResponse response = context.response();
        Future<Void> sent = response.ended() || response.closed()
                ? Future.succeededFuture()
                : response.putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store")
                        .end(events.appendString(format.tail()));
        answered = sent;
        Session over = session;
        if (over != null) {
            sent.onComplete(out -> over.disconnected());
        }
        return sent;
    }
}
