package dev.sluice.sse;

import dev.sluice.edge.http.StreamedBody;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a poll's session has to say and answers with it once: as soon as there is news, or when the time is over. Belongs to the
 * session's event loop. What it does later it asks that loop for and not Vert.x, which would take any loop when it is asked where no
 * request is being handled, as when Kafka has answered.
 */
final class PollAnswer implements Outlet {
    /** Between two looks at whether what the log had was read, and how often: 10 s in all. */
    private static final long CATCH_UP_MILLIS = 20;

    private static final int CATCH_UP_LOOKS = 500;
    private static final int FIRST_BYTES = 512;

    private final RoutingContext context;
    private final EventExecutor loop;
    private final PollFormat format;
    private final StreamedBody body;
    /** Not pooled: nobody may be there to release it when the client has left. */
    private final ByteBuf events = Unpooled.buffer(FIRST_BYTES);

    private @Nullable Session session;
    private @Nullable ScheduledFuture<?> timer;
    private int patience = CATCH_UP_LOOKS;
    /** Completes when the network has the answer; null as long as there is none. */
    private @Nullable Future<Void> answered;

    PollAnswer(RoutingContext context, PollFormat format) {
        this.context = context;
        this.loop = Connections.channel(context.request()).eventLoop();
        this.format = format;
        this.body = new StreamedBody(context.request());
        ByteBufUtil.writeUtf8(events, "{\"events\":[");
    }

    void attach(Session opened) {
        session = opened;
        context.addEndHandler(over -> {
            // What ended well still has to go out: the session stands until then.
            if (over.failed()) {
                opened.disconnected();
            }
        });
        if (context.response().closed()) {
            opened.disconnected();
        }
    }

    void waitFor(int seconds) {
        lookAfter(Math.max(1, seconds * 1_000L));
    }

    private void lookAfter(long millis) {
        timer = loop.schedule(this::timeIsOver, millis, TimeUnit.MILLISECONDS);
    }

    /** What stands in Kafka is not at hand at once. Who asks without waiting would never get it if that counted as nothing. */
    private void timeIsOver() {
        if (session != null && session.isCatchingUp() && patience-- > 0) {
            lookAfter(CATCH_UP_MILLIS);
        } else {
            answer();
        }
    }

    @Override
    public boolean isWritable() {
        return answered == null && !format.isFull();
    }

    @Override
    public void write(ByteBuf frames, long sum) {
        try {
            if (answered == null) {
                events.writeBytes(frames);
            }
        } finally {
            frames.release();
        }
        if (format.hasNews()) {
            // Not at once: this is in the middle of the session's own reading.
            loop.execute(this::answer);
        }
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWaiting() {
        return body.isWaiting();
    }

    @Override
    public long taken() {
        return body.taken();
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
        if (timer != null) {
            timer.cancel(false);
        }
        Future<Void> sent = send(context.response());
        answered = sent;
        Session over = session;
        if (over != null) {
            sent.onComplete(out -> over.answered(), broken -> over.disconnected());
        }
        return sent;
    }

    static HttpServerResponse head(HttpServerResponse response) {
        return response.putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store");
    }

    private Future<Void> send(HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        ByteBufUtil.writeUtf8(events, format.tail());
        head(response).putHeader("Content-Length", String.valueOf(events.readableBytes()));
        body.write(events);
        return response.end();
    }
}
