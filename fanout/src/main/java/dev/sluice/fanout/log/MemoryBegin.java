package dev.sluice.fanout.log;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where a replica that starts begins to read: so long before the log's end as its memory is to reach back. */
final class MemoryBegin {
    private MemoryBegin() {}

    /**
     * Goes to the begin of memory, less a dedupe window.
     *
     * @return for each partition the begin of memory
     */
    static long[] seek(Consumer<byte[], byte[]> reader, List<TopicPartition> partitions, LogTailOptions options) {
        long from = System.currentTimeMillis() - options.limits().age().toMillis();
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        long[] begin = offsetsAt(reader, partitions, from, ends);
        long[] early =
                offsetsAt(reader, partitions, from - options.repeats().window().toMillis(), ends);
        for (TopicPartition partition : partitions) {
            int number = partition.partition();
            reader.seek(
                    partition,
                    Math.max(early[number], begin[number] - options.repeats().records()));
        }
        return begin;
    }

    private static long[] offsetsAt(
            Consumer<byte[], byte[]> reader,
            List<TopicPartition> partitions,
            long time,
            Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, time));
        Map<TopicPartition, @Nullable OffsetAndTimestamp> starts = reader.offsetsForTimes(times);
        long[] offsets = new long[partitions.size()];
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp start = starts.get(partition);
            offsets[partition.partition()] = start != null ? start.offset() : ends.getOrDefault(partition, 0L);
        }
        return offsets;
    }

    /** How many records there are from the begin to the ends. */
    static long distance(long[] begin, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> end.getValue() - begin[end.getKey().partition()])
                .sum();
    }
}
