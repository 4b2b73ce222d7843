package dev.sluice.fanout.cold;

import java.util.concurrent.CompletionStage;
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

    /** What the log holds at a moment after this call. Comes on any thread and never fails: while Kafka is away it waits. */
    CompletionStage<LogBounds> bounds(int partitions);
}
