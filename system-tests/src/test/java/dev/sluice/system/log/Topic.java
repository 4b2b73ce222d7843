package dev.sluice.system.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Everything that is in the topic, as bytes: not all of it has to make sense to everybody. */
final class Topic {

    static final String NAME = "sluice.events";

    private static final Duration POLL = Duration.ofMillis(200);

    private Topic() {}

    /** The records up to the present end that the condition holds of. */
    static List<ConsumerRecord<String, byte[]>> read(
            String bootstrapServers, Predicate<ConsumerRecord<String, byte[]>> condition) {
        var found = new ArrayList<ConsumerRecord<String, byte[]>>();
        var config = Map.<String, Object>of("bootstrap.servers", bootstrapServers);
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(NAME).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var record : consumer.poll(POLL)) {
                    if (condition.test(record)) {
                        found.add(record);
                    }
                }
            }
        }
        return found;
    }
}
