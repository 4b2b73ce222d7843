package dev.sluice.fanout.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether a loop hands out what there is, or lets it gather. To hand out one event costs each reader's socket a write, and to hand out a
 * hundred hardly more; and events that were posted together come in pieces, often one and then the rest. So a piece that is small beside
 * what was handed out just before waits for more, for as long as that took. Where events come alone, or where handing out takes no time,
 * nothing waits. Belongs to its loop.
 */
final class Gathering {
    /** The longest that an event waits for others. */
    static final Duration MOST = Duration.ofMillis(10);
    /** Less is not worth a timer. */
    static final Duration LEAST = Duration.ofNanos(200_000);

    /** At most the half of what was handed out before is small. */
    private static final int SMALL = 2;
    /** So many times as long ago as it took is not just before. */
    private static final int RECENT = 2;

    private final Clock clock;
    private Instant begin = Instant.EPOCH;
    private Instant end = Instant.EPOCH;
    // How long, and for how many events: the most of late, so that a small piece does not make the next one large
    // beside it.
    private Duration took = Duration.ZERO;
    private long events;
    private boolean gathering;
    private Instant until = Instant.EPOCH;

    /** @param clock that may be set while it runs: then something goes sooner, or waits for {@link #MOST} */
    Gathering(Clock clock) {
        this.clock = clock;
    }

    /**
     * How much longer is to be waited for more.
     *
     * @param waiting how many events there are
     * @return zero when they are to be handed out now
     */
    Duration left(long waiting) {
        Duration patience = took.compareTo(MOST) < 0 ? took : MOST;
        if (waiting == 0 || SMALL * waiting > events || patience.compareTo(LEAST) < 0) {
            return Duration.ZERO;
        }
        Instant now = clock.instant();
        if (!gathering) {
            if (!isRecent(now)) {
                return Duration.ZERO;
            }
            gathering = true;
            until = now.plus(patience);
        }
        Duration left = Duration.between(now, until);
        return left.isNegative() || left.compareTo(patience) > 0 ? Duration.ZERO : left;
    }

    private boolean isRecent(Instant now) {
        return Duration.between(end, now).compareTo(took.multipliedBy(RECENT)) <= 0;
    }

    /** The events go out now. */
    Instant begin() {
        gathering = false;
        begin = clock.instant();
        if (!isRecent(begin)) {
            events = 0;
            took = Duration.ZERO;
        }
        return begin;
    }

    /** So many went out. */
    Instant end(long count) {
        Instant now = clock.instant();
        if (count > 0) {
            end = now;
            events = Math.max(count, events / 2);
            Duration last = Duration.between(begin, end);
            Duration before = took.dividedBy(2);
            took = last.compareTo(before) > 0 ? last : before;
        }
        return now;
    }
}
