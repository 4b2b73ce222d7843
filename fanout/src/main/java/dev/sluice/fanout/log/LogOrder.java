package dev.sluice.fanout.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Puts what was fetched of several partitions in the order of the log's time. Kafka hands out one partition after the other when there is
 * much to read; a channel that moved because partitions were added stands in two of them, and its newer events must not overtake the
 * older ones. Of each partition the order stays as it is. Belongs to the tail's thread.
 */
final class LogOrder {
    private static final Comparator<Line> BY_TIME =
            Comparator.comparingLong(line -> line.waiting.getFirst().timestamp());

    private final List<Line> lines = new ArrayList<>();
    private final PriorityQueue<Line> ahead = new PriorityQueue<>(BY_TIME);
    private long bytes;

    /** What was fetched of a partition and is not handed on yet. */
    private static final class Line {
        private final int partition;
        private final ArrayDeque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();

        Line(int partition) {
            this.partition = partition;
        }
    }

    LogOrder(int partitions) {
        addPartitions(partitions);
    }

    void addPartitions(int count) {
        while (lines.size() < count) {
            lines.add(new Line(lines.size()));
        }
    }

    /** The next of its partition. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        Line line = lines.get(record.partition());
        line.waiting.add(record);
        bytes += size(record);
        if (line.waiting.size() == 1) {
            ahead.add(line);
        }
    }

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        return 100L + Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    /** How much waits here, roughly. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty(int partition) {
        return lines.get(partition).waiting.isEmpty();
    }

    /**
     * Hands on what nothing earlier can come before any more.
     *
     * @param mayHaveEarlier whether a partition of which nothing is here may have something in the log that was not fetched
     * @return the partition that has to be waited for, or -1
     */
    int release(IntPredicate mayHaveEarlier, Consumer<ConsumerRecord<byte[], byte[]>> next) {
        for (Line line : lines) {
            if (line.waiting.isEmpty() && !ahead.isEmpty() && mayHaveEarlier.test(line.partition)) {
                return line.partition;
            }
        }
        for (Line line = ahead.poll(); line != null; line = ahead.poll()) {
            ConsumerRecord<byte[], byte[]> record = line.waiting.removeFirst();
            bytes -= size(record);
            next.accept(record);
            if (!line.waiting.isEmpty()) {
                ahead.add(line);
            } else if (!ahead.isEmpty() && mayHaveEarlier.test(line.partition)) {
                return line.partition;
            }
        }
        return -1;
    }
}
