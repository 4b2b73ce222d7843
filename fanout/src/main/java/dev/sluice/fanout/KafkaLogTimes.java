package dev.sluice.fanout;

import dev.sluice.fanout.cold.LogTimes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka where a time lies; a partition that has nothing so late answers with its end. */
final class KafkaLogTimes implements LogTimes {
    private final Admin admin;
    private final String topic;

    KafkaLogTimes(Admin admin, String topic) {
        this.admin = admin;
        this.topic = topic;
    }

    @Override
    public CompletionStage<long[]> offsetsAt(Instant time, int partitions) {
        // First the end, then the time: a record written in between is found by its time, or lies after that end.
        return ask(OffsetSpec.latest(), partitions)
                .thenCompose(ends -> ask(OffsetSpec.forTimestamp(time.toEpochMilli()), partitions)
                        .thenApply(found -> merge(ends, found, partitions)));
    }

    private long[] merge(
            Map<TopicPartition, ListOffsetsResultInfo> ends,
            Map<TopicPartition, ListOffsetsResultInfo> found,
            int partitions) {
        long[] offsets = new long[partitions];
        for (int i = 0; i < partitions; i++) {
            var partition = new TopicPartition(topic, i);
            long offset = info(found, partition).offset();
            offsets[i] = offset >= 0 ? offset : info(ends, partition).offset();
        }
        return offsets;
    }

    private static ListOffsetsResultInfo info(
            Map<TopicPartition, ListOffsetsResultInfo> answers, TopicPartition partition) {
        return Objects.requireNonNull(answers.get(partition), "Kafka answers for each partition that it was asked for");
    }

    private CompletionStage<Map<TopicPartition, ListOffsetsResultInfo>> ask(OffsetSpec spec, int partitions) {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            request.put(new TopicPartition(topic, i), spec);
        }
        return admin.listOffsets(request).all().toCompletionStage();
    }
}
