package dev.sluice.fanout.log;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records Kafka has and does not give yet, because a transaction among them has not ended: those from the last stable offset,
 * by which a consumer measures how far behind it is, to the high watermark. On the tail's thread, but for Kafka's answers.
 */
final class HeldRecords {
    private volatile Map<TopicPartition, ListOffsetsResultInfo> ends = Map.of();

    /** Asks Kafka for the high watermarks; what is not answered leaves what was known. */
    void ask(Admin admin, Collection<TopicPartition> partitions) {
        var asked =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .all()
                .whenComplete((now, failure) -> {
                    if (now != null) {
                        ends = now;
                    }
                });
    }

    /** How many records Kafka would give and were not read yet. */
    static long unread(Consumer<?, ?> reader) {
        return reader.assignment().stream()
                .mapToLong(partition -> reader.currentLag(partition).orElse(0))
                .sum();
    }

    /** By the last answer: what was held then and is not given yet. */
    long count(Consumer<?, ?> reader) {
        long held = 0;
        for (var end : ends.entrySet()) {
            TopicPartition partition = end.getKey();
            if (reader.assignment().contains(partition)
                    && reader.currentLag(partition).isPresent()) {
                long stable = reader.position(partition)
                        + reader.currentLag(partition).getAsLong();
                held += Math.max(0, end.getValue().offset() - stable);
            }
        }
        return held;
    }
}
