package dev.sluice.fanout.session;

import dev.sluice.fanout.cold.ColdBlock;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.cold.LogBounds;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.LogWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Kafka without Kafka: what the test's tail has appended, in blocks of three offsets, answered when the test says so. */
final class FakeColdLog implements ColdLog {
    static final int SPAN = 3;

    private final LogWriter log;
    private final Deque<Runnable> answers = new ArrayDeque<>();
    /** The first offset of each partition that was not deleted. */
    long[] begin = {};
    /** The first offset of each partition that the operator lets anybody go back to. */
    long[] limit = {};
    /** Where the log ends for whoever asks; null: where the tail has come to. */
    long @Nullable [] ends;

    boolean answersAtOnce = true;
    int reads;
    /** What was looked through for the newest events. */
    final List<Stretch> searches = new ArrayList<>();
    /** What such a look fails with. */
    @Nullable
    RuntimeException failure;

    record Stretch(int partition, long from, long to) {}

    FakeColdLog(LogWriter log) {
        this.log = log;
    }

    @Override
    public @Nullable ColdBlock cached(int partition, long offset) {
        return null;
    }

    @Override
    public CompletionStage<ColdBlock> read(int partition, long offset) {
        reads++;
        return answer(() -> block(partition, offset));
    }

    @Override
    public CompletionStage<LogBounds> bounds(int partitions) {
        return answer(() -> {
            long[] end = Arrays.copyOf(ends == null ? log.ends() : ends, partitions);
            return new LogBounds(Arrays.copyOf(begin, partitions), Arrays.copyOf(limit, partitions), end);
        });
    }

    @Override
    public CompletionStage<List<Sighting>> newest(
            int partition, long from, long to, int most, Predicate<LogEvent> wanted, BooleanSupplier isGivenUp) {
        searches.add(new Stretch(partition, from, to));
        RuntimeException away = failure;
        if (away != null) {
            return CompletableFuture.failedFuture(away);
        }
        return answer(() -> {
            List<Sighting> seen = log.records().stream()
                    .filter(event -> event.partition() == partition && event.offset() >= from && event.offset() < to)
                    .filter(wanted)
                    .map(event -> new Sighting(partition, event.offset(), event.timestamp()))
                    .toList();
            return seen.subList(Math.max(0, seen.size() - most), seen.size());
        });
    }

    private ColdBlock block(int partition, long offset) {
        long from = Math.max(offset - offset % SPAN, partition < begin.length ? begin[partition] : 0);
        long next = Math.max(from, Math.min(offset - offset % SPAN + SPAN, log.ends()[partition]));
        List<LogEvent> events = log.records().stream()
                .filter(event -> event.partition() == partition && event.offset() >= from && event.offset() < next)
                .toList();
        return new ColdBlock(partition, from, next, events, 1);
    }

    private <T> CompletionStage<T> answer(Supplier<T> value) {
        if (answersAtOnce) {
            return CompletableFuture.completedFuture(value.get());
        }
        var answer = new CompletableFuture<T>();
        answers.add(() -> answer.complete(value.get()));
        return answer;
    }

    /** @return whether somebody had waited */
    boolean answerOne() {
        Runnable next = answers.poll();
        if (next != null) {
            next.run();
        }
        return next != null;
    }
}
