package dev.sluice.fanout.cold;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be read, oldest first. A partition that gave nothing when it was read last, because it has no leader for example, is tried by
 * one worker at a time, so that the others read on: after a pause when nothing else waits, after a longer one in any case. Guarded by its owner.
 */
final class Line {
    static final Duration PAUSE = Duration.ofSeconds(1);
    static final Duration LONG_PAUSE = Duration.ofSeconds(5);

    private final Deque<Request<?>> waiting = new ArrayDeque<>();
    /** Partitions that gave nothing. */
    private final Set<Integer> mute = new HashSet<>();
    /** One of those that a worker is trying; else null. */
    private @Nullable Request<?> tried;
    /** By {@link System#nanoTime}, when the last of them gave nothing. */
    private long failedNanos;

    void add(Request<?> request) {
        waiting.add(request);
    }

    /**
     * The next one for a worker, who tells what became of it ({@link #done}).
     *
     * @param continues whether it costs that worker no seek
     * @param isOthers whether it costs one that waits as well no seek, who then takes it
     * @param nanos now, by {@link System#nanoTime}
     * @return null when there is nothing to do before something is added, or the pause is over
     */
    @Nullable
    Request<?> take(Predicate<Request<?>> continues, Predicate<Request<?>> isOthers, long nanos) {
        Request<?> next = retry(LONG_PAUSE, nanos);
        if (next == null) {
            next = first(request -> !isMute(request) && continues.test(request));
        }
        if (next == null) {
            next = first(request -> !isMute(request) && !isOthers.test(request));
        }
        if (next == null) {
            next = retry(PAUSE, nanos);
        }
        if (next != null) {
            waiting.remove(next);
        }
        return next;
    }

    /** The first one of a partition that gave nothing, if that was so long ago, and nobody tries another. */
    private @Nullable Request<?> retry(Duration ago, long nanos) {
        if (mute.isEmpty() || tried != null || nanos - failedNanos < ago.toNanos()) {
            return null;
        }
        tried = first(this::isMute);
        return tried;
    }

    private @Nullable Request<?> first(Predicate<Request<?>> wanted) {
        for (Request<?> request : waiting) {
            if (wanted.test(request)) {
                return request;
            }
        }
        return null;
    }

    /** Whether its partition gave nothing the last time. */
    boolean isMute(Request<?> request) {
        return mute.contains(request.partition());
    }

    /** Whether one waits that may be tried when the pause is over. */
    boolean isPausing() {
        return tried == null && !waiting.isEmpty();
    }

    /** A worker is through with one. */
    void done(Request<?> request) {
        mute.remove(request.partition());
        letGo(request);
    }

    /** Kafka gave nothing; it waits again. */
    void failed(Request<?> request, long nanos) {
        mute.add(request.partition());
        failedNanos = nanos;
        letGo(request);
        add(request);
    }

    private void letGo(Request<?> request) {
        if (tried == request) {
            tried = null;
        }
    }
}
