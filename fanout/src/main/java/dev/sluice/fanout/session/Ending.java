package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import java.time.Duration;
import org.jboss.logging.Logger;

/** How a session ends: its client is told where it stood, or is cut off, and what it held is free. Belongs to the session's loop. */
final class Ending {
    private static final Logger LOG = Logger.getLogger(Ending.class);

    private final Session session;
    private final Outbox outbox;
    private final Vitals vitals;
    private final Pulse pulse;
    private final Subscriptions subscriptions;
    private final Wheel wheel;
    private volatile boolean closed;

    Ending(Session session, Outbox outbox, Vitals vitals, Pulse pulse, Subscriptions subscriptions, Wheel wheel) {
        this.session = session;
        this.outbox = outbox;
        this.vitals = vitals;
        this.pulse = pulse;
        this.subscriptions = subscriptions;
        this.wheel = wheel;
    }

    /** On any thread. */
    boolean isClosed() {
        return closed;
    }

    /** Each subscription's cursor, then {@code close}, then the end of the connection. */
    void close(Reason reason, Duration reconnectAfter) {
        if (closed) {
            return;
        }
        Opening first = subscriptions.giveUpAwaited();
        if (first != null) {
            // There is no stream yet that could be told; the request is refused instead.
            release(reason.code());
            first.listener().refused(Problem.of(reason, "the stream ended before it began; come back"));
            return;
        }
        var close = new Control.Close(reason, reconnectAfter);
        try {
            if (!outbox.isTorn()) {
                tell(close);
                outbox.flush();
            }
        } catch (Throwable failure) {
            LOG.errorf(failure, "Session %s could not be told of its end", session.id());
        }
        if (!closed) {
            release(reason.code());
            outbox.end(close);
        }
    }

    private void tell(Control.Close close) {
        Subscription only = subscriptions.only();
        if (only == null) {
            subscriptions.each(one -> one.say(Control.Heartbeat.MOVED));
            outbox.say(close);
        } else {
            outbox.say(close, only.cursor());
        }
    }

    /** What it held is free; nobody is told. */
    void release(String why) {
        if (closed) {
            return;
        }
        closed = true;
        vitals.close();
        pulse.close();
        outbox.close();
        subscriptions.close();
        wheel.forget(session, why);
    }

    /** There is no memory for it. What waits for a peer that does not take it is what memory is needed for: it is let go at once. */
    void shed() {
        if (outbox.isWaiting()) {
            release(Reason.UNAVAILABLE.code());
            outbox.abort();
        } else {
            close(Reason.UNAVAILABLE, Wheel.comeBack());
        }
    }

    /**
     * Whatever goes wrong in serving this one must not reach the others of the loop: a bug, or that there is no memory left for its
     * frames (which is an Error).
     */
    void fail(Throwable failure) {
        LOG.errorf(failure, "Serving session %s failed; it is closed", session.id());
        try {
            close(Reason.INTERNAL, Duration.ofSeconds(1));
        } catch (Throwable another) {
            LOG.errorf(another, "Ending the connection of session %s failed", session.id());
        }
    }
}
