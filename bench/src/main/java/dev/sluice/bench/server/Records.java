package dev.sluice.bench.server;

import dev.sluice.bench.load.Marker;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.KafkaEvents;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Events as the publisher writes them to Kafka. */
public final class Records {
    private Records() {}

    /** The data of an event. */
    public static String json(int id, String text) {
        return "{\"n\":" + id + ",\"text\":\"" + Marker.EACH + text + "\"}";
    }

    /**
     * @param partition null leaves it to the producer
     * @param json the data, in ASCII
     */
    public static ProducerRecord<String, byte[]> of(
            String topic, @Nullable Integer partition, String channel, String id, String json) {
        return KafkaEvents.toRecord(
                topic,
                partition,
                new Event(
                        new Channel(channel),
                        id,
                        "/bench",
                        Event.DEFAULT_TYPE,
                        Instant.EPOCH,
                        null,
                        "application/json",
                        null,
                        Map.of(),
                        json.getBytes(StandardCharsets.US_ASCII)));
    }
}
