package dev.sluice.contract.event;

import com.google.protobuf.ByteString;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.PublishRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The event in our own proto. */
public final class ProtoEvents {
    /** What the message says in fields of its own. */
    private static final Set<String> FIELDS =
            Set.of("specversion", "id", "type", "source", "time", "datacontenttype", Channel.ATTRIBUTE);

    private static final long EARLIEST = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
    /** The last ms whose year has four digits, as RFC 3339 wants it. */
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private ProtoEvents() {}

    /**
     * @param source of an event that names none
     * @throws Rejected naming the field that is wrong
     */
    public static Event read(PublishRequest request, String source, Instant now, EventLimits limits) throws Rejected {
        Channel channel = Channel.parse("channel", request.getChannel());
        var attributes = new Attributes("");
        attributes.put("specversion", "1.0");
        attributes.put("id", request.getId().isEmpty() ? UUID.randomUUID().toString() : request.getId());
        attributes.put("type", request.getType().isEmpty() ? Event.DEFAULT_TYPE : request.getType());
        attributes.put("source", request.getSource().isEmpty() ? source : request.getSource());
        attributes.put("time", time(request.getTimestamp(), now).toString());
        for (var attribute : request.getAttributesMap().entrySet()) {
            if (FIELDS.contains(attribute.getKey())) {
                throw Problem.malformed(
                                "attributes." + attribute.getKey(),
                                "this attribute has a field of its own, and is set there")
                        .rejected();
            }
            attributes.put(attribute.getKey(), attribute.getValue());
        }
        String contentType = request.getContentType().isEmpty() ? null : request.getContentType();
        byte[] data = request.getPayload().isEmpty()
                ? null
                : HttpEvents.data(contentType, request.getPayload().toByteArray());
        Event event = limits.check(attributes.toEvent(channel, data, contentType, "content_type"));
        if (data != null) {
            HttpEvents.checkBody("content_type", contentType, "payload", data);
        }
        return event;
    }

    private static Instant time(long timestamp, Instant now) throws Rejected {
        if (timestamp < EARLIEST || timestamp > LATEST) {
            throw Problem.malformed("timestamp", "ms since the epoch are needed here")
                    .rejected();
        }
        return timestamp == 0 ? now : Instant.ofEpochMilli(timestamp);
    }

    /** The request that publishes the event as it is. */
    public static PublishRequest write(Event event) {
        var request = PublishRequest.newBuilder()
                .setChannel(event.channel().name())
                .setId(event.id())
                .setType(event.type())
                .setSource(event.source())
                .putAllAttributes(furtherAttributes(event));
        byte[] data = event.data();
        if (data != null) {
            request.setPayload(ByteString.copyFrom(data));
        }
        if (event.contentType() != null) {
            request.setContentType(event.contentType());
        }
        Instant time = event.time();
        if (time != null) {
            request.setTimestamp(time.toEpochMilli());
        }
        return request.build();
    }

    /** Those that have no field of their own in the proto: subject, dataschema, extensions. */
    public static Map<String, String> furtherAttributes(Event event) {
        Map<String, String> further = new HashMap<>(event.extensions());
        put(further, "subject", event.subject());
        put(further, "dataschema", event.dataSchema());
        return further;
    }

    private static void put(Map<String, String> attributes, String name, @Nullable String value) {
        if (value != null) {
            attributes.put(name, value);
        }
    }
}
