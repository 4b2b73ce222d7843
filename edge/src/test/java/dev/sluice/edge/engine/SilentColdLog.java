package dev.sluice.edge.engine;

import dev.sluice.fanout.cold.ColdBlock;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.cold.LogBounds;
import dev.sluice.fanout.log.LogEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** As when Kafka is away: nothing that has left memory can be read. */
enum SilentColdLog implements ColdLog {
    INSTANCE;

    @Override
    public @Nullable ColdBlock cached(int partition, long offset) {
        return null;
    }

    @Override
    public CompletionStage<ColdBlock> read(int partition, long offset) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<List<Sighting>> newest(
            int partition, long from, long to, int most, Predicate<LogEvent> wanted, BooleanSupplier isGivenUp) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<LogBounds> bounds(int partitions) {
        return new CompletableFuture<>();
    }
}
