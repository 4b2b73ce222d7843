package dev.sluice.contract.event;

import dev.sluice.contract.channel.Channel;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.core.message.MessageReader;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
    /** Of headers that are attributes. */
    private static final String PREFIX = "ce_";

    private KafkaEvents() {}

    /** What a record is to us. */
    public sealed interface Reading {
        record Read(Event event) implements Reading {}

        /** It is no event; {@code detail} is for the log, and has nothing of the record in it. */
        record Skipped(Skip why, String detail) implements Reading {}
    }

    /** Why a record is no event. Closed, so that it is safe as a metric tag. */
    public enum Skip {
        /** Its key is no legal channel. */
        KEY,
        /** It is a CloudEvent of another version than 1.0. */
        SPECVERSION,
        /** An attribute that every CloudEvent has is missing or empty: id, source or type. */
        ATTRIBUTE,
        /** {@code source} or {@code dataschema} is no URI. */
        URI,
        /** {@code time} is none. */
        TIME,
        /** Its type or source is one that only Sluice itself sends. */
        RESERVED,
        /** It says that it is a structured CloudEvent, and can't be read as one. */
        STRUCTURED,
        /** Anything else. */
        UNREADABLE;

        /** The name in metrics. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
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
            return new Reading.Skipped(
                    Skip.KEY, key == null ? "it has no key that is text" : "its key is no legal channel");
        }
        var channel = new Channel(key);
        Headers headers = named(record.headers());
        try {
            MessageReader reader = KafkaMessageFactory.createReader(headers, record.value());
            return reader.getEncoding() == Encoding.BINARY
                    ? binary(reader.toEvent(), channel, record.value())
                    : structured(reader.toEvent(), channel);
        } catch (RuntimeException wrong) {
            // Whatever a stranger wrote, one record must not stop the readers of all others; the SDK throws its own
            // exception for most of it, and what java.* threw for the rest.
            return claimsToBeCloudEvent(record)
                    ? new Reading.Skipped(why(headers), "it is no valid CloudEvent")
                    : new Reading.Read(plain(channel, record));
        }
    }

    /**
     * Without what looks like attributes and can't be any, by its name. The SDK would give up the event for them, others keep them; here
     * they are left behind, as no other protocol has room for them.
     */
    private static Headers named(Headers headers) {
        for (Header header : headers) {
            if (!isNamed(header)) {
                var named = new RecordHeaders();
                headers.forEach(each -> {
                    if (isNamed(each)) {
                        named.add(each);
                    }
                });
                return named;
            }
        }
        return headers;
    }

    private static boolean isNamed(Header header) {
        String name = header.key();
        return !name.startsWith(PREFIX)
                || Attributes.isName(name.substring(PREFIX.length()).toLowerCase(Locale.ROOT));
    }

    private static Reading binary(CloudEvent event, Channel channel, byte @Nullable [] data) {
        Reading reading = checked(event, channel, data);
        if (data != null
                && event.getDataContentType() == null
                && reading instanceof Reading.Read read
                && DataKind.isWellFormedJson(data)) {
            // What the SDKs take for the type of data that has none.
            return new Reading.Read(read.event().withContentType("application/json"));
        }
        return reading;
    }

    private static Reading structured(CloudEvent event, Channel channel) {
        CloudEventData data = event.getData();
        return checked(event, channel, data == null ? null : data.toBytes());
    }

    /** By the rules that hold for every other way in. */
    private static Reading checked(CloudEvent event, Channel channel, byte @Nullable [] data) {
        if (event.getSpecVersion() != SpecVersion.V1) {
            return new Reading.Skipped(Skip.SPECVERSION, "only " + Attributes.VERSION + " is known here");
        }
        if (Attributes.isReservedType(event.getType())
                || Attributes.isReservedSource(event.getSource().toString())) {
            return new Reading.Skipped(Skip.RESERVED, "its type or its source is Sluice's own");
        }
        if (event.getId().isEmpty()
                || event.getType().isEmpty()
                || event.getSource().toString().isEmpty()) {
            return new Reading.Skipped(Skip.ATTRIBUTE, "its id, source or type is empty");
        }
        OffsetDateTime time = event.getTime();
        if (time != null && !Attributes.isWritable(time.toInstant())) {
            return new Reading.Skipped(Skip.TIME, "its time has a year that is not of four digits");
        }
        return new Reading.Read(CloudEvents.from(event, channel, data));
    }

    /** What the SDK was not content with. */
    private static Skip why(Headers headers) {
        String version = text(headers, "specversion");
        if (version == null) {
            return Skip.STRUCTURED;
        }
        if (!version.equals(Attributes.VERSION)) {
            return Skip.SPECVERSION;
        }
        for (String name : List.of("id", "source", "type")) {
            String value = text(headers, name);
            if (value == null || value.isEmpty()) {
                return Skip.ATTRIBUTE;
            }
        }
        for (String name : List.of("source", "dataschema")) {
            String value = text(headers, name);
            if (value != null && !CloudEvents.isUri(value)) {
                return Skip.URI;
            }
        }
        String time = text(headers, "time");
        return time != null && !CloudEvents.isTime(time) ? Skip.TIME : Skip.UNREADABLE;
    }

    private static @Nullable String text(Headers headers, String attribute) {
        Header header = headers.lastHeader(PREFIX + attribute);
        return header == null ? null : utf8(header.value());
    }

    private static boolean claimsToBeCloudEvent(ConsumerRecord<byte[], byte[]> record) {
        Header contentType = record.headers().lastHeader(CONTENT_TYPE);
        String mediaType = contentType == null ? null : utf8(contentType.value());
        return record.headers().lastHeader(PREFIX + "specversion") != null
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
