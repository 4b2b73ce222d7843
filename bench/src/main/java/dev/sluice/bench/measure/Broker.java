package dev.sluice.bench.measure;

import dev.sluice.bench.server.Records;
import dev.sluice.local.LocalStack;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka and nothing else: what publisher and edge are measured against. With a topic of one partition. */
final class Broker {
    private static final TopicPartition PARTITION = new TopicPartition("bench.bare", 0);

    private final String servers;

    Broker(LocalStack stack) throws InterruptedException, ExecutionException {
        this.servers = stack.kafka().bootstrapServers();
        try (var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
            if (!admin.listTopics().names().get().contains(PARTITION.topic())) {
                admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                        .all()
                        .get();
            }
        }
    }

    KafkaProducer<String, byte[]> producer(int lingerMillis) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                        ProducerConfig.LINGER_MS_CONFIG, lingerMillis),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /**
     * What the publisher makes of a post: the same key, attributes and data.
     *
     * @param json the data
     */
    static ProducerRecord<String, byte[]> record(String channel, String json) {
        return Records.of(
                PARTITION.topic(),
                PARTITION.partition(),
                channel,
                UUID.randomUUID().toString(),
                json);
    }

    /** One more of the same. */
    static ProducerRecord<String, byte[]> again(ProducerRecord<String, byte[]> record) {
        return new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value(), record.headers());
    }

    /** One that reads what is written from now on. */
    KafkaConsumer<byte[], byte[]> consumer() {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(PARTITION));
        consumer.seekToEnd(List.of(PARTITION));
        // It seeks when it is asked.
        consumer.position(PARTITION);
        return consumer;
    }
}
