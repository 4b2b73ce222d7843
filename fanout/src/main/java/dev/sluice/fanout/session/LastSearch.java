package dev.sluice.fanout.session;

import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.cold.ColdBlock;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.cold.LogBounds;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.RecentLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds the n newest events that match, by the log's time, backwards in each partition, block by block. The answer is where to begin
 * in each partition, so that what follows is read forward as by anybody else. Belongs to its loop.
 */
final class LastSearch {
    /** Of each partition, so that a filter that matches nothing does not read all of the log. */
    private static final long MOST_RECORDS = 100_000;

    private final ColdLog cold;
    private final RecentLog log;
    private final Executor loop;
    private final BooleanSupplier isGivenUp;
    private final SubscriptionRequest request;
    private final int count;
    private final Consumer<long[]> answer;
    private final List<Match> found = new ArrayList<>();
    private int searching;

    private record Match(long timestamp, int partition, long offset) {}

    /** @param isGivenUp whether nobody waits for the answer any more */
    LastSearch(
            ColdLog cold,
            RecentLog log,
            Executor loop,
            BooleanSupplier isGivenUp,
            SubscriptionRequest request,
            int count,
            Consumer<long[]> answer) {
        this.cold = cold;
        this.log = log;
        this.loop = loop;
        this.isGivenUp = isGivenUp;
        this.request = request;
        this.count = count;
        this.answer = answer;
    }

    void start() {
        cold.bounds(log.head().partitions()).thenAcceptAsync(this::search, loop);
    }

    private void search(LogBounds bounds) {
        int partitions = bounds.end().length;
        // One more, so that it is not over before all have begun.
        searching = partitions + 1;
        for (int i = 0; i < partitions; i++) {
            long least = Math.max(Math.max(bounds.begin()[i], bounds.limit()[i]), bounds.end()[i] - MOST_RECORDS);
            searchBefore(i, bounds.end()[i], least, 0, bounds);
        }
        searched(bounds);
    }

    private void searchBefore(int partition, long offset, long least, int have, LogBounds bounds) {
        if (offset <= least || have >= count || isGivenUp.getAsBoolean()) {
            searched(bounds);
            return;
        }
        cold.read(partition, offset - 1)
                .thenAcceptAsync(block -> searched(block, partition, offset, least, have, bounds), loop);
    }

    private void searched(ColdBlock block, int partition, long offset, long least, int have, LogBounds bounds) {
        if (block.next() < offset && block.next() > block.from()) {
            // It was cut short; what follows it is still missing.
            searchBefore(partition, offset, least, have, bounds);
            return;
        }
        int matching = have;
        for (int i = block.placeOf(offset) - 1; i >= 0 && matching < count; i--) {
            LogEvent event = block.events().get(i);
            if (event.offset() < least) {
                break;
            }
            if (matches(event)) {
                found.add(new Match(event.timestamp(), event.partition(), event.offset()));
                matching++;
            }
        }
        searchBefore(partition, Math.min(block.from(), offset - 1), least, matching, bounds);
    }

    private boolean matches(LogEvent event) {
        return request.channels().stream()
                        .anyMatch(pattern -> pattern.matches(event.event().channel()))
                && (request.filter().equals(EventFilter.EVERYTHING)
                        || request.filter().matches(event.cloudEvent()));
    }

    private void searched(LogBounds bounds) {
        if (--searching > 0) {
            return;
        }
        found.sort(Collections.reverseOrder(Comparator.comparingLong(Match::timestamp)
                .thenComparingInt(Match::partition)
                .thenComparingLong(Match::offset)));
        long[] offsets = bounds.end().clone();
        found.stream()
                .limit(count)
                .forEach(match -> offsets[match.partition()] = Math.min(offsets[match.partition()], match.offset()));
        answer.accept(offsets);
    }
}
