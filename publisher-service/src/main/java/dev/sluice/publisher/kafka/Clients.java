package dev.sluice.publisher.kafka;

import dev.sluice.kafka.SignInClasses;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes the clients of Kafka from what the operator configured ({@code kafka.*}) and what the guarantees need. */
final class Clients {
    /** How long one question to Kafka may take until it counts as away. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Room for what batches waste, above the bound on events in flight. */
    private static final long BUFFER_SLACK = 32L * 1024 * 1024;

    /**
     * Kafka's own 16 KiB are forty events, and five such batches may be on their way: a producer that posts a hundred at once would wait
     * for the broker's answers. More would be too much for topics of many partitions, each of which takes one.
     */
    private static final int BATCH_BYTES = 64 * 1024;

    private final Map<String, Object> given;
    private final KafkaLogConfig config;

    /** @throws IllegalArgumentException as {@link SignInClasses#check} says */
    Clients(Map<String, Object> given, KafkaLogConfig config) {
        SignInClasses.check(given);
        this.given = Map.copyOf(given);
        this.config = config;
    }

    Admin admin() {
        Map<String, Object> properties = new HashMap<>(given);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        return Admin.create(properties);
    }

    Producer<String, byte[]> producer() {
        Map<String, Object> properties = new HashMap<>(given);
        int acknowledge = Math.toIntExact(config.acknowledgeTimeout().toMillis());
        // Kafka's own 5 ms would be the better half of an event's way. What comes while requests are on their way goes
        // together anyhow.
        properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        // How large an event may be is said elsewhere, and by the broker.
        properties.putIfAbsent(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Math.toIntExact(config.inFlightSize().asLongValue()));
        // What follows is what the guarantees rest on, so it can't be configured away.
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, acknowledge);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, acknowledge / 2));
        // Events are sent on event loops, which must never wait: what is not at hand (metadata, memory) is refused.
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        properties.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG, config.inFlightSize().asLongValue() + BUFFER_SLACK);
        // How many partitions there are has to be known as of a moment ago (see Homes).
        properties.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 1_000);
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }
}
