package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Reason;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How often a session says that it is alive, and so finds out whether its client is: as often as the subscription that wants it most often.
 * Belongs to its session's loop.
 */
final class Pulse {
    private final Session session;
    private final Outbox outbox;
    private final Subscriptions subscriptions;
    private final Wheel wheel;
    private final Duration usual;
    private Duration interval;
    /** Its own timer, where it has another pace than most, of whom one does for many. */
    private @Nullable Future<?> own;

    Pulse(Session session, Outbox outbox, Subscriptions subscriptions, Wheel wheel, Heartbeats heartbeats) {
        this.session = session;
        this.outbox = outbox;
        this.subscriptions = subscriptions;
        this.wheel = wheel;
        this.usual = heartbeats.interval();
        this.interval = usual;
    }

    Duration interval() {
        return interval;
    }

    /** @param wanted by each subscription; null where it leaves that to the server */
    void keepPace(Stream<@Nullable Duration> wanted) {
        Duration least = wanted.map(pace -> Objects.requireNonNullElse(pace, usual))
                .min(Duration::compareTo)
                .orElse(usual);
        if (!least.equals(interval)) {
            interval = least;
            close();
            own = least.equals(usual) ? null : wheel.every(least, () -> session.fenced(this::beat));
            outbox.restartBeats();
        }
    }

    /** The usual time has come. */
    void tick() {
        if (own == null) {
            beat();
        }
    }

    private void beat() {
        if (session.isClosed() || subscriptions.isAwaited()) {
            return;
        }
        if (outbox.isStalled(wheel.stalledBeats(interval))) {
            session.close(Reason.STALLED, Wheel.comeBack());
        } else if (outbox.isWritable()) {
            if (subscriptions.isEmpty()) {
                outbox.say(Control.Heartbeat.STILL);
            }
            subscriptions.each(Subscription::beat);
            outbox.flush();
            // A socket whose drain event was lost somewhere must not keep its reader behind for ever.
            subscriptions.pump();
        }
    }

    void close() {
        if (own != null) {
            own.cancel(false);
        }
    }
}
