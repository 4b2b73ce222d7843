package dev.sluice.fanout.session;

import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.session.LastSearch.Wanted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The searches for newest events that are under way. Equal ones are one; who asks while that is under way shares the next, since the answer has
 * to be younger than the question: a thousand pages that open at once cost two. Safe on any thread, never blocks.
 */
final class LastSearches {
    private final ColdLog cold;
    private final RecentLog log;
    private final Executor executor;

    // Guarded by itself.
    private final Map<Wanted, Line> lines = new HashMap<>();

    /** Stands for the search that is under way, and has the one that follows it. */
    private static final class Line {
        private @Nullable Shared next;
    }

    /** One search, and whether any of those who share it still wait. */
    private static final class Shared {
        private final CompletableFuture<long[]> answer = new CompletableFuture<>();
        private final List<BooleanSupplier> givenUp = new CopyOnWriteArrayList<>();

        boolean isGivenUp() {
            return givenUp.stream().allMatch(BooleanSupplier::getAsBoolean);
        }
    }

    /** @param executor runs one thing at a time, and is no event loop */
    LastSearches(ColdLog cold, RecentLog log, Executor executor) {
        this.cold = cold;
        this.log = log;
        this.executor = executor;
    }

    /**
     * @param isGivenUp whether who asks does not wait any more; asked on any thread
     * @return for each partition the first offset to deliver; on any thread. Fails when the log can't be read
     */
    CompletionStage<long[]> find(Wanted wanted, BooleanSupplier isGivenUp) {
        Shared search;
        boolean first;
        synchronized (lines) {
            Line line = lines.get(wanted);
            first = line == null;
            if (line == null) {
                lines.put(wanted, new Line());
                search = new Shared();
            } else {
                search = line.next == null ? new Shared() : line.next;
                line.next = search;
            }
            search.givenUp.add(isGivenUp);
        }
        if (first) {
            start(wanted, search);
        }
        return search.answer;
    }

    private void start(Wanted wanted, Shared search) {
        new LastSearch(cold, log, executor, wanted, search::isGivenUp).start().whenComplete((offsets, failure) -> {
            Shared next;
            synchronized (lines) {
                Line line = lines.get(wanted);
                next = line == null ? null : line.next;
                if (line != null && next != null) {
                    line.next = null;
                } else {
                    lines.remove(wanted);
                }
            }
            if (failure == null) {
                search.answer.complete(offsets);
            } else {
                search.answer.completeExceptionally(failure);
            }
            if (next != null) {
                start(wanted, next);
            }
        });
    }
}
