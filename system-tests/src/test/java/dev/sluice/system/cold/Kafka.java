package dev.sluice.system.cold;

import dev.sluice.system.stack.Sluice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** What an operator does to the topic. */
public record Kafka(String bootstrapServers) {
    private static final String TOPIC = "sluice.events";

    public static Kafka of(Sluice sluice) {
        return new Kafka(sluice.stack().kafka().bootstrapServers());
    }

    /** Deletes everything that is in the log now; new offsets go on behind it. */
    public void deleteAll() {
        try (var admin = admin()) {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (int i = 0; i < partitions(admin); i++) {
                latest.put(new TopicPartition(TOPIC, i), OffsetSpec.latest());
            }
            Map<TopicPartition, RecordsToDelete> delete = new HashMap<>();
            await(admin.listOffsets(latest).all())
                    .forEach((partition, end) -> delete.put(partition, RecordsToDelete.beforeOffset(end.offset())));
            await(admin.deleteRecords(delete).all());
        }
    }

    public void addPartitions(int more) {
        try (var admin = admin()) {
            await(admin.createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(partitions(admin) + more)))
                    .all());
        }
    }

    private static int partitions(Admin admin) {
        return Objects.requireNonNull(await(admin.describeTopics(List.of(TOPIC)).allTopicNames())
                        .get(TOPIC))
                .partitions()
                .size();
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
