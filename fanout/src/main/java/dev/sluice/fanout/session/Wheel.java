package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.revocation.Revocation;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** The sessions of a loop and what time does to them: heartbeats, spread over the interval, and how they end. Belongs to the loop. */
final class Wheel {
    /** Heartbeats are spread over so many ticks. */
    private static final int TICKS = 16;

    /** When those who are sent away are to come back: soon, and not all in the same moment. */
    private static final long LEAST_RETURN_MILLIS = 100;

    private static final long MOST_RETURN_MILLIS = 2_000;

    /** How long the network has to take the last words of a session; whoever reads more slowly is cut off. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private static final Logger LOG = Logger.getLogger(Wheel.class);

    private final EventExecutor loop;
    private final Lifetime lifetime;
    private final SessionMetrics metrics;
    private final Admission admission;
    private final Runnable afterTick;
    private final List<Set<Session>> buckets = new ArrayList<>(TICKS);
    private final Future<?> ticking;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private int tick;
    private int joined;
    private int active;
    /** Sessions that have ended, and whose last words are on their way. */
    private int leaving;

    private boolean ending;

    Wheel(EventExecutor loop, Lifetime lifetime, SessionMetrics metrics, Admission admission, Runnable afterTick) {
        this.loop = loop;
        this.lifetime = lifetime;
        this.metrics = metrics;
        this.admission = admission;
        this.afterTick = afterTick;
        for (int i = 0; i < TICKS; i++) {
            buckets.add(new LinkedHashSet<>());
        }
        long period = Math.max(1, lifetime.heartbeats().interval().toMillis() / TICKS);
        ticking = loop.scheduleAtFixedRate(this::tick, period, period, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        // A timer that throws would not come again.
        try {
            each(buckets.get(tick++ & (TICKS - 1)), Session::tick);
            afterTick.run();
        } catch (Throwable failure) {
            LOG.error("A round of heartbeats failed; the next one comes", failure);
        }
    }

    private void everySession(Consumer<Session> action) {
        buckets.forEach(bucket -> each(bucket, action));
    }

    /** What goes wrong with one of them ends that one. */
    private static void each(Collection<Session> sessions, Consumer<Session> action) {
        for (Session session : List.copyOf(sessions)) {
            try {
                action.accept(session);
            } catch (Throwable failure) {
                session.fail(failure);
            }
        }
    }

    /** @param session that was let in */
    void add(Session session) {
        buckets.get(joined++ & (TICKS - 1)).add(session);
        active++;
        metrics.opened();
    }

    /** Again and again, for the first time within the interval, so that those who came together do not go on together. */
    Future<?> every(Duration interval, Runnable task) {
        long millis = interval.toMillis();
        long first = ThreadLocalRandom.current().nextLong(millis / 2, millis + 1);
        return loop.scheduleAtFixedRate(task, first, millis, TimeUnit.MILLISECONDS);
    }

    Future<?> after(Duration delay, Runnable task) {
        return loop.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** When the clock says so, or at once where that has passed. */
    Future<?> at(Instant time, Runnable task) {
        Duration until = Duration.between(Instant.now(lifetime.clock()), time);
        return after(until.isNegative() ? Duration.ZERO : until, task);
    }

    /** A session is over, whose slot is free for somebody else now. */
    void forget(Session session, String why) {
        for (Set<Session> bucket : buckets) {
            if (bucket.remove(session)) {
                active--;
            }
        }
        admission.leave(session.peer());
        metrics.closed(why, session.ageNanos());
        if (ending) {
            // Not now: its last words may follow in this turn.
            loop.execute(this::checkEnded);
        }
    }

    /** Ends the connection of a session that is over; cuts it where the client does not read that. */
    void letGo(Outlet outlet, Control.Close close) {
        CompletableFuture<Void> told;
        try {
            told = outlet.end(close).toCompletableFuture();
        } catch (Throwable failure) {
            LOG.error("A connection could not be ended in the way of its protocol; it is cut", failure);
            outlet.abort();
            return;
        }
        if (told.isDone()) {
            return;
        }
        leaving++;
        Future<?> cut = after(LAST_WORDS, () -> {
            try {
                outlet.abort();
            } finally {
                told.complete(null);
            }
        });
        told.whenComplete((out, lost) -> {
            cut.cancel(false);
            leaving--;
            checkEnded();
        });
    }

    /** After so many heartbeats in a row with nothing read a client counts as stalled. */
    int stalledBeats(Duration heartbeat) {
        return lifetime.stalledAfter()
                .map(after -> (int) Math.min(Integer.MAX_VALUE, ceilDiv(after.toMillis(), heartbeat.toMillis())))
                .orElse(Integer.MAX_VALUE);
    }

    private static long ceilDiv(long dividend, long divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }

    /**
     * Ends all sessions of this loop, in random order, spread evenly over the window.
     *
     * @return completes on the loop, when there is none any more and the network has their last words
     */
    CompletableFuture<Void> end(Reason reason, Duration window) {
        loop.execute(() -> {
            ending = true;
            List<Session> all = shuffled();
            var random = ThreadLocalRandom.current();
            for (int i = 0; i < all.size(); i++) {
                Session session = all.get(i);
                long after = (long) ((i + random.nextDouble()) / all.size() * window.toMillis());
                loop.schedule(() -> session.close(reason, comeBack()), after, TimeUnit.MILLISECONDS);
            }
            checkEnded();
        });
        return ended;
    }

    /**
     * Sends some away, so that the others can stay: those who have not read for longest, for whom most waits; any, where all read.
     *
     * @param share of all of this loop, above 0; one at least
     */
    void shed(double share) {
        loop.execute(() -> {
            List<Session> all = shuffled();
            List<Session> stuck = all.stream()
                    .filter(session -> session.stuckSince().isPresent())
                    .sorted(Comparator.comparingLong(
                            session -> session.stuckSince().orElseThrow()))
                    .toList();
            List<Session> candidates = stuck.isEmpty() ? all : stuck;
            int most = Math.min(candidates.size(), (int) Math.ceil(share * all.size()));
            each(candidates.subList(0, most), Session::shed);
        });
    }

    private List<Session> shuffled() {
        List<Session> all = new ArrayList<>();
        buckets.forEach(all::addAll);
        Collections.shuffle(all);
        return all;
    }

    /** When somebody who is sent away is to come back. */
    static Duration comeBack() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(LEAST_RETURN_MILLIS, MOST_RETURN_MILLIS));
    }

    private void checkEnded() {
        if (ending && active == 0 && leaving == 0 && !ended.isDone()) {
            ticking.cancel(false);
            ended.complete(null);
        }
    }

    /** Ends the sessions that it names, when the loop has its turn. */
    void revoke(Revocation revocation) {
        loop.execute(() -> everySession(session -> session.revoke(revocation)));
    }

    /** What an operator sees of the first sessions of this loop whose ids are greater. */
    CompletableFuture<List<SessionView>> list(String after, int most) {
        var views = new CompletableFuture<List<SessionView>>();
        loop.execute(() -> {
            try {
                views.complete(buckets.stream()
                        .flatMap(Set::stream)
                        .filter(session -> session.id().compareTo(after) > 0)
                        .sorted(Comparator.comparing(Session::id))
                        .limit(most)
                        .map(Session::view)
                        .toList());
            } catch (RuntimeException bug) {
                views.completeExceptionally(bug);
            }
        });
        return views;
    }
}
