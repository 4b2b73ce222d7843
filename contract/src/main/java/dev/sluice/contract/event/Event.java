package dev.sluice.contract.event;

import dev.sluice.contract.channel.Channel;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent 1.0 as it is kept inside Sluice: read once from Kafka or from a producer, then shared by every connection
 * that it goes to. Immutable and safe on any thread, as long as nobody writes to {@link #data}; nobody may.
 *
 * @param channel where it was published; travels as the extension attribute {@code channel}
 * @param id with the source, what makes a repeated publish one event
 * @param source a URI-reference
 * @param type {@value #DEFAULT_TYPE} unless the producer says otherwise
 * @param time when it happened, by the producer's clock
 * @param contentType the media type of the data ({@code datacontenttype})
 * @param dataSchema a URI
 * @param extensions the further attributes but {@code channel}, in their canonical string form, as Kafka's headers hold
 *     them
 * @param data as published; null when there is none
 */
public record Event(
        Channel channel,
        String id,
        String source,
        String type,
        @Nullable Instant time,
        @Nullable String subject,
        @Nullable String contentType,
        @Nullable String dataSchema,
        Map<String, String> extensions,
        byte @Nullable [] data) {

    public static final String DEFAULT_TYPE = "message";

    // Written out, because in the compact form NullAway does not see that data may be null.
    @SuppressWarnings("RedundantRecordConstructor")
    public Event(
            Channel channel,
            String id,
            String source,
            String type,
            @Nullable Instant time,
            @Nullable String subject,
            @Nullable String contentType,
            @Nullable String dataSchema,
            Map<String, String> extensions,
            byte @Nullable [] data) {
        if (id.isEmpty() || source.isEmpty() || type.isEmpty()) {
            throw new IllegalArgumentException("id, source and type of an event must not be empty");
        }
        this.channel = Objects.requireNonNull(channel);
        this.id = id;
        this.source = source;
        this.type = type;
        this.time = time;
        this.subject = subject;
        this.contentType = contentType;
        this.dataSchema = dataSchema;
        this.extensions = Map.copyOf(extensions);
        this.data = data;
    }

    /** The size of the data in bytes. */
    public int size() {
        return data == null ? 0 : data.length;
    }

    /** The same event with other extensions. */
    public Event with(Map<String, String> others) {
        return new Event(channel, id, source, type, time, subject, contentType, dataSchema, others, data);
    }

    /** The same, but for what its data is. */
    Event withContentType(String type) {
        return new Event(channel, id, source, this.type, time, subject, type, dataSchema, extensions, data);
    }

    /** By value, the data included, which a record would compare by identity. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Event that
                && channel.equals(that.channel)
                && id.equals(that.id)
                && source.equals(that.source)
                && type.equals(that.type)
                && Objects.equals(time, that.time)
                && Objects.equals(subject, that.subject)
                && Objects.equals(contentType, that.contentType)
                && Objects.equals(dataSchema, that.dataSchema)
                && extensions.equals(that.extensions)
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(channel, id, source);
    }

    /** Without the payload: this ends up in logs and in failing tests. */
    @Override
    public String toString() {
        return "Event[" + channel + " " + source + " " + id + " " + type + ", " + size() + " bytes]";
    }
}
