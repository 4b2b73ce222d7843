package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.event.CloudEvents;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.cold.ColdLog.Sighting;
import dev.sluice.fanout.cold.LogBounds;
import dev.sluice.fanout.log.ChannelChain;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.Head;
import dev.sluice.fanout.log.RecentLog;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the n newest events that match: backwards through memory, a slice at a time, then in Kafka from where memory begins, backwards in
 * steps that grow, until it has them. One channel is looked for in its own partition; elsewhere only if it is not found there as often, since
 * it was elsewhere before partitions were added. The answer is where to begin in each partition, so that what follows is read forward as
 * by anybody else.
 *
 * <p>It belongs to the executor that it is given, which runs one thing at a time and is no event loop: a filter that matches nothing
 * looks at all of memory.
 */
final class LastSearch {
    /** Of a partition, so that a filter that matches nothing does not read all of the log. */
    static final long MOST_RECORDS = 100_000;

    private static final int SLICE = 2_048;
    private static final long FIRST_STEP = 1_024;
    private static final long LARGEST_STEP = 16 * FIRST_STEP;
    private static final int STEP_GROWTH = 4;

    private final ColdLog cold;
    private final RecentLog log;
    private final Executor executor;
    private final Wanted wanted;
    private final BooleanSupplier isGivenUp;
    private final Head head;
    private final Map<Place, Sighting> found = new LinkedHashMap<>();
    private final CompletableFuture<long[]> answer = new CompletableFuture<>();

    /**
     * What is looked for; equal ones have equal answers.
     *
     * @param count how many events
     */
    record Wanted(List<ChannelPattern> channels, EventFilter filter, int count) {
        boolean matches(Event event) {
            return channels.stream().anyMatch(pattern -> pattern.matches(event.channel()))
                    && (filter.equals(EventFilter.EVERYTHING)
                            // Not the event's own view: that would stay, and most are looked at only once.
                            || filter.matches(CloudEvents.of(event)));
        }

        private boolean isOneChannel() {
            return channels.size() == 1 && channels.get(0).isChannel();
        }
    }

    /** An event may be met in memory and, as it leaves that meanwhile, in Kafka too. */
    private record Place(int partition, long offset) {}

    /** @param isGivenUp whether nobody waits for the answer any more; asked on any thread */
    LastSearch(ColdLog cold, RecentLog log, Executor executor, Wanted wanted, BooleanSupplier isGivenUp) {
        this.cold = cold;
        this.log = log;
        this.executor = executor;
        this.wanted = wanted;
        this.isGivenUp = isGivenUp;
        this.head = log.head();
    }

    /** @return for each partition the first offset to deliver; fails when the log can't be read */
    CompletionStage<long[]> start() {
        run(() -> {
            if (wanted.isOneChannel()) {
                ChannelChain chain = log.chain(wanted.channels().get(0).text());
                inMemory(chain == null ? -1 : chain.last());
            } else {
                inMemory(head.next() - 1);
            }
        });
        return answer;
    }

    private void run(Runnable task) {
        executor.execute(() -> {
            try {
                task.run();
            } catch (Throwable failure) {
                answer.completeExceptionally(failure);
            }
        });
    }

    private void inMemory(long from) {
        long sequence = from;
        for (int left = SLICE; left > 0; left--) {
            Entry entry = log.get(sequence);
            if (entry == null || found.size() == wanted.count() || isGivenUp.getAsBoolean()) {
                memoryIsSearched();
                return;
            }
            if (sequence < head.next() && wanted.matches(entry.event())) {
                add(new Sighting(entry.partition(), entry.offset(), entry.timestamp()));
            }
            sequence = wanted.isOneChannel() ? entry.previousInChannel() : sequence - 1;
        }
        long next = sequence;
        run(() -> inMemory(next));
    }

    private void add(Sighting sighting) {
        found.put(new Place(sighting.partition(), sighting.offset()), sighting);
    }

    private void memoryIsSearched() {
        if (found.size() == wanted.count() || log.isWhole() || isGivenUp.getAsBoolean()) {
            complete();
            return;
        }
        // All that memory holds from here on was looked at. What leaves it now may be met again in Kafka.
        long[] below;
        do {
            below = log.frontierAt(log.first());
        } while (below == null);
        long[] unseen = below;
        cold.bounds(head.partitions())
                .whenComplete((bounds, failure) -> run(() -> {
                    if (bounds == null) {
                        throw new IllegalStateException("Kafka did not say what the log holds", failure);
                    }
                    inKafka(unseen, bounds);
                }));
    }

    private void inKafka(long[] below, LogBounds bounds) {
        int[] all = IntStream.range(0, head.partitions()).toArray();
        if (!wanted.isOneChannel()) {
            search(all, MOST_RECORDS, below, bounds).whenComplete((done, failure) -> complete(failure));
            return;
        }
        String channel = wanted.channels().get(0).text();
        ChannelChain chain = log.chain(channel);
        int home = RecentLog.home(channel, head.partitions());
        int[] before = chain != null && chain.isScattered()
                ? all
                : IntStream.range(1, head.partitions())
                        .map(count -> RecentLog.home(channel, count))
                        .distinct()
                        .toArray();
        int[] elsewhere =
                Arrays.stream(before).filter(partition -> partition != home).toArray();
        search(new int[] {home}, MOST_RECORDS, below, bounds)
                .thenCompose(done -> found.size() >= wanted.count() || elsewhere.length == 0
                        ? CompletableFuture.<Void>completedStage(null)
                        : search(elsewhere, MOST_RECORDS / elsewhere.length, below, bounds))
                .whenComplete((done, failure) -> complete(failure));
    }

    private CompletionStage<Void> search(int[] partitions, long most, long[] below, LogBounds bounds) {
        return CompletableFuture.allOf(Arrays.stream(partitions)
                .mapToObj(i -> {
                    long least = Math.max(Math.max(bounds.begin()[i], bounds.limit()[i]), below[i] - most);
                    return searchBelow(i, below[i], least, FIRST_STEP, wanted.count() - found.size());
                })
                .toArray(CompletableFuture<?>[]::new));
    }

    /** @param most how many are still looked for in this partition */
    private CompletableFuture<Void> searchBelow(int partition, long to, long least, long step, int most) {
        if (to <= least || most <= 0 || isGivenUp.getAsBoolean()) {
            return CompletableFuture.completedFuture(null);
        }
        long from = Math.max(least, to - step);
        return cold.newest(partition, from, to, most, event -> wanted.matches(event.event()), isGivenUp)
                .toCompletableFuture()
                .thenComposeAsync(
                        seen -> {
                            seen.forEach(this::add);
                            return searchBelow(
                                    partition,
                                    from,
                                    least,
                                    Math.min(step * STEP_GROWTH, LARGEST_STEP),
                                    most - seen.size());
                        },
                        executor);
    }

    private void complete(@Nullable Throwable failure) {
        if (failure != null) {
            answer.completeExceptionally(failure);
        } else {
            complete();
        }
    }

    private void complete() {
        answer.complete(begin(found.values(), wanted.count(), head.frontier()));
    }

    /** Each partition begins with the first of the newest that it has; where it has none, at its end. */
    private static long[] begin(Collection<Sighting> sightings, int count, long[] ends) {
        long[] offsets = ends.clone();
        sightings.stream()
                .sorted(Comparator.comparingLong(Sighting::timestamp)
                        .thenComparingInt(Sighting::partition)
                        .thenComparingLong(Sighting::offset)
                        .reversed())
                .limit(count)
                .forEach(seen -> offsets[seen.partition()] = Math.min(offsets[seen.partition()], seen.offset()));
        return offsets;
    }
}
