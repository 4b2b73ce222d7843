package dev.sluice.fanout.session;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event loop that runs a task when the test says so, with a time that moves when the test says so. */
final class HandLoop extends AbstractScheduledEventExecutor {
    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private Runnable scheduling = () -> {};
    private long nanos;
    /** What the next task is refused with. */
    @Nullable
    Error refusal;

    /** How many tasks wait to be run. */
    int waiting() {
        return tasks.size();
    }

    /** What happens, once, when somebody schedules a task here for later. */
    void whenScheduling(Runnable action) {
        scheduling = action;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        isScheduled();
        return super.schedule(task, delay, unit);
    }

    private void isScheduled() {
        Runnable action = scheduling;
        scheduling = () -> {};
        action.run();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
        isScheduled();
        return super.scheduleAtFixedRate(task, delay, period, unit);
    }

    /** Runs one task, or none. */
    boolean runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    /** Runs what is there and what that leads to. */
    void run() {
        int left = 100_000;
        while (runOne()) {
            if (--left == 0) {
                throw new AssertionError("the loop never comes to rest");
            }
        }
    }

    /** Lets time go by, a millisecond after the other, and runs what is due. */
    void pass(Duration time) {
        for (long i = 0; i < time.toMillis(); i++) {
            nanos += TimeUnit.MILLISECONDS.toNanos(1);
            for (Runnable due = pollScheduledTask(nanos); due != null; due = pollScheduledTask(nanos)) {
                due.run();
            }
            run();
        }
    }

    /** Lets time go by that the loop spends on something else: what is due has to wait. */
    void beLate(Duration time) {
        nanos += time.toNanos();
    }

    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return START.plusNanos(nanos);
            }
        };
    }

    @Override
    protected long getCurrentTimeNanos() {
        return nanos;
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        Error next = refusal;
        if (next != null) {
            refusal = null;
            throw next;
        }
        tasks.add(task);
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<?> terminationFuture() {
        return new DefaultPromise<Void>(GlobalEventExecutor.INSTANCE);
    }

    @Override
    @Deprecated
    public void shutdown() {
        throw new UnsupportedOperationException();
    }
}
