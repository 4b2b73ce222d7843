package dev.sluice.fanout.cold;

import dev.sluice.fanout.log.LogEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The whole log, as far as Kafka still has it, in blocks that readers share. Safe on any thread, never blocks. */
public interface ColdLog {

    /** The block that says what stands at the offset, or null when it is not at hand. */
    @Nullable
    ColdBlock cached(int partition, long offset);

    /**
     * Has it read, once for all who ask meanwhile. The answer comes on any thread; while Kafka is away it waits. It fails only when what
     * stands there can't be read at all. It
     * may end before the offset (then ask again) or begin after it (then what lies between is gone).
     */
    CompletionStage<ColdBlock> read(int partition, long offset);

    /**
     * Looks for the newest events in a stretch of a partition, without keeping it. The answer comes on any thread, and fails as that of {@link
     * #read} does.
     *
     * @param from the first offset to look at
     * @param to the offset after the last
     * @param most how many at most, of those that match the newest
     * @param wanted asked for each event that is no repeat, on a thread of the log's own
     * @param isGivenUp whether nobody waits for the answer any more: then it may be anything
     * @return in the order of the log
     */
    CompletionStage<List<Sighting>> newest(
            int partition, long from, long to, int most, Predicate<LogEvent> wanted, BooleanSupplier isGivenUp);

    /**
     * That an event was seen.
     *
     * @param timestamp when the log took it, in ms since the epoch
     */
    record Sighting(int partition, long offset, long timestamp) {}

    /** What the log holds at a moment after this call. Comes on any thread and never fails: while Kafka is away it waits. */
    CompletionStage<LogBounds> bounds(int partitions);
}
