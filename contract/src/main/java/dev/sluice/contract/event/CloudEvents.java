package dev.sluice.contract.event;

import dev.sluice.contract.channel.Channel;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between our event and that of the CloudEvents SDK. */
public final class CloudEvents {
    private CloudEvents() {}

    /** The event with all its attributes and its data; the channel is the extension {@value Channel#ATTRIBUTE}. */
    public static CloudEvent of(Event event) {
        return builder(event, event.contentType(), event.data()).build();
    }

    /** The attributes alone, as they stand in front of the data. */
    static CloudEvent attributes(Event event, @Nullable String contentType) {
        return builder(event, contentType, null).build();
    }

    private static CloudEventBuilder builder(Event event, @Nullable String contentType, byte @Nullable [] data) {
        var builder = CloudEventBuilder.v1()
                .withId(event.id())
                .withSource(URI.create(event.source()))
                .withType(event.type())
                .withExtension(Channel.ATTRIBUTE, event.channel().name());
        Instant time = event.time();
        if (time != null) {
            builder.withTime(OffsetDateTime.ofInstant(time, ZoneOffset.UTC));
        }
        if (event.subject() != null) {
            builder.withSubject(event.subject());
        }
        if (event.dataSchema() != null) {
            builder.withDataSchema(URI.create(event.dataSchema()));
        }
        event.extensions().forEach(builder::withExtension);
        if (data != null) {
            builder.withData(data);
        }
        if (contentType != null) {
            builder.withDataContentType(contentType);
        }
        return builder;
    }

    /**
     * Reads what somebody else may have written. Attributes that Sluice itself sets on the way out are left behind.
     *
     * @param channel where it is published, whatever its own attribute says
     */
    static Event from(CloudEvent event, Channel channel, byte @Nullable [] data) {
        Map<String, String> extensions = new HashMap<>();
        for (String name : event.getExtensionNames()) {
            Object value = event.getExtension(name);
            if (value != null && !name.equals(Channel.ATTRIBUTE) && !Attributes.RESERVED.contains(name)) {
                extensions.put(name, text(value));
            }
        }
        OffsetDateTime time = event.getTime();
        URI schema = event.getDataSchema();
        return new Event(
                channel,
                event.getId(),
                event.getSource().toString(),
                event.getType(),
                time == null ? null : time.toInstant(),
                event.getSubject(),
                event.getDataContentType(),
                schema == null ? null : schema.toString(),
                extensions,
                data);
    }

    /** The canonical string form of an attribute (CloudEvents 1.0, "Type System"). */
    private static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof OffsetDateTime time) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
        }
        return value.toString();
    }

    /** Whether the SDK can read it as {@code time}. */
    static boolean isTime(String text) {
        try {
            return OffsetDateTime.parse(text) != null;
        } catch (DateTimeParseException noTime) {
            return false;
        }
    }

    /** Whether it may be a {@code source} or {@code dataschema}. */
    static boolean isUri(String text) {
        try {
            return !new URI(text).toString().isEmpty();
        } catch (URISyntaxException noUri) {
            return false;
        }
    }
}
