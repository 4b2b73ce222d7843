package dev.sluice.contract.event;

import dev.sluice.contract.channel.Channel;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.core.message.MessageReader;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The event in Kafka: CloudEvents Kafka binding 1.0.2, binary content mode; the key is the channel. What others wrote
 * without CloudEvents headers is an event too.
 */
public final class KafkaEvents {
    /**
     * How long a number of partitions may be used to find a channel's {@link #home} after Kafka was asked for it, by writers and readers
     * alike.
     */
    public static final Duration HOME_LEASE = Duration.ofSeconds(4);

    /**
     * How long nothing is written to a channel's new home after partitions were added: until nobody uses the old number any more, and a
     * second more, so that clocks that differ make it no less. So the log's time puts a channel's two homes in order, and no reader
     * meets an event in the new one before it knows of it.
     */
    public static final Duration HOME_HOLD = HOME_LEASE.plusSeconds(1);

    private static final String CONTENT_TYPE = "content-type";

    private KafkaEvents() {}

    /** What a record is to us. */
    public sealed interface Reading {
        record Read(Event event) implements Reading {}

        /** It is no event; {@code why} is for the log. */
        record Skipped(String why) implements Reading {}
    }

    /**
     * The record to write. Its time is left to the log.
     *
     * @param partition where the channel is at {@link #home}; null leaves it to the producer's partitioner
     */
    public static ProducerRecord<String, byte[]> toRecord(String topic, @Nullable Integer partition, Event event) {
        return KafkaMessageFactory.createWriter(
                        topic, partition, null, event.channel().name())
                .writeBinary(CloudEvents.of(event));
    }

    /** The partition in which Kafka's default partitioner puts a channel. */
    public static int home(String channel, int partitions) {
        return BuiltInPartitioner.partitionForKey(channel.getBytes(StandardCharsets.US_ASCII), partitions);
    }

    public static Reading read(ConsumerRecord<byte[], byte[]> record) {
        String key = utf8(record.key());
        if (key == null || !Channel.isLegal(key)) {
            return new Reading.Skipped(key == null ? "it has no key that is text" : "its key is no legal channel");
        }
        var channel = new Channel(key);
        try {
            MessageReader reader = KafkaMessageFactory.createReader(record.headers(), record.value());
            if (reader.getEncoding() == Encoding.BINARY) {
                return new Reading.Read(CloudEvents.from(reader.toEvent(), channel, record.value()));
            }
            CloudEvent structured = reader.toEvent();
            return new Reading.Read(CloudEvents.from(
                    structured,
                    channel,
                    structured.getData() == null ? null : structured.getData().toBytes()));
        } catch (RuntimeException wrong) {
            // Whatever a stranger wrote, one record must not stop the readers of all others; the SDK throws its own
            // exception for most of it, and what java.* threw for the rest.
            return claimsToBeCloudEvent(record)
                    ? new Reading.Skipped("it is no valid CloudEvent: " + wrong.getMessage())
                    : new Reading.Read(plain(channel, record));
        }
    }

    private static boolean claimsToBeCloudEvent(ConsumerRecord<byte[], byte[]> record) {
        Header contentType = record.headers().lastHeader(CONTENT_TYPE);
        String mediaType = contentType == null ? null : utf8(contentType.value());
        return record.headers().lastHeader("ce_specversion") != null
                || (mediaType != null && mediaType.startsWith("application/cloudevents"));
    }

    private static Event plain(Channel channel, ConsumerRecord<byte[], byte[]> record) {
        Header contentType = record.headers().lastHeader(CONTENT_TYPE);
        return new Event(
                channel,
                record.topic() + "-" + record.partition() + "-" + record.offset(),
                "/kafka/" + record.topic(),
                Event.DEFAULT_TYPE,
                null,
                null,
                contentType == null ? null : utf8(contentType.value()),
                null,
                Map.of(),
                record.value());
    }

    private static @Nullable String utf8(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException noText) {
            return null;
        }
    }
}
