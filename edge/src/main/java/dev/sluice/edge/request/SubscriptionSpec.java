package dev.sluice.edge.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.filter.Filters;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.position.PositionWriter;
import dev.sluice.fanout.session.FrameFormat;
import dev.sluice.fanout.session.OnGap;
import dev.sluice.fanout.session.Overflow;
import dev.sluice.fanout.session.Start;
import dev.sluice.fanout.session.SubscriptionRequest;
import dev.sluice.identity.Caller;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks to receive (protocol.md, "Subscribing"): the same parameters from a URL, from JSON and from the proto.
 * Immutable. Whether the token allows it is seen when it becomes a {@link #request}.
 */
public record SubscriptionSpec(
        List<ChannelPattern> channels,
        @Nullable String channelField,
        EventFilter filter,
        Start start,
        Overflow overflow,
        OnGap onGap,
        Form form,
        Optional<Acknowledged> acknowledged,
        Optional<Fields> fields,
        Optional<Duration> heartbeat) {
    private static final int MOST_CHANNELS = 100;
    private static final int MOST_UNACKED = 10_000;
    private static final int DEFAULT_UNACKED = 1_000;
    private static final int MOST_LAST = 10_000;
    private static final int LEAST_HEARTBEAT = 2;
    private static final int MOST_HEARTBEAT = 60;
    /** RFC 3339 has years of four digits. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private static final String LAST_EVENT_ID = "lastEventId";
    /** What client libraries put into a URL by themselves: the header, where they can send none, and a number against caches. */
    private static final Set<String> SENT_BY_LIBRARIES = Set.of(LAST_EVENT_ID, "_");

    private static final Set<String> PARAMETERS = Set.of(
            "channel",
            "filter",
            "cursor",
            "since",
            "last",
            "format",
            "overflow",
            "on-gap",
            "durable",
            "max-unacked",
            "fields",
            "heartbeat");
    private static final Set<String> MEMBERS = Set.of(
            "op",
            "id",
            "channels",
            "filter",
            "filters",
            "cursor",
            "since",
            "last",
            "format",
            "overflow",
            "on-gap",
            "durable",
            "max-unacked",
            "fields",
            "heartbeat");

    /**
     * An acknowledged subscription.
     *
     * @param name of the position, which lives on the server
     * @param maxUnacked how many events are sent beyond it
     */
    public record Acknowledged(String name, int maxUnacked) {}

    /**
     * @param further parameters that this resource has besides
     * @param lastEventId the header; null when it was not sent
     */
    public static SubscriptionSpec ofQuery(MultiMap query, Set<String> further, @Nullable String lastEventId)
            throws Rejected {
        for (String name : query.names()) {
            if (name.equals("access_token") || name.equals("token")) {
                throw Problem.malformed(name, "a token in a URL ends up in logs; send it as Authorization: Bearer")
                        .rejected();
            }
            if (!PARAMETERS.contains(name) && !SENT_BY_LIBRARIES.contains(name) && !further.contains(name)) {
                throw Problem.malformed(name, "there is no such parameter").rejected();
            }
            if (!name.equals("channel") && query.getAll(name).size() > 1) {
                throw Problem.malformed(name, "the parameter is given twice").rejected();
            }
        }
        String filter = query.get("filter");
        boolean byHeader = lastEventId != null && !lastEventId.isEmpty();
        String lastSeen = byHeader ? lastEventId : query.get(LAST_EVENT_ID);
        Start asked = start(query.get("cursor"), query.get("since"), query.get("last"));
        return new SubscriptionSpec(
                channels("channel", query.getAll("channel")),
                "channel",
                filter == null ? EventFilter.EVERYTHING : Filters.sql("filter", filter),
                lastSeen != null && !lastSeen.isEmpty()
                        ? new Start.After(Cursor.parse(byHeader ? "Last-Event-ID" : LAST_EVENT_ID, lastSeen))
                        : asked,
                overflow(query.get("overflow")),
                onGap("on-gap", query.get("on-gap")),
                form(query.get("format")),
                acknowledged("max-unacked", query.get("durable"), query.get("max-unacked")),
                fields(query.get("fields")),
                heartbeat(query.get("heartbeat")));
    }

    /** @param object of an operation {@code subscribe} */
    public static SubscriptionSpec ofJson(JsonNode object) throws Rejected {
        for (var member : object.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                throw Problem.malformed(member.getKey(), "a subscription has no such member")
                        .rejected();
            }
        }
        JsonNode channels = object.get("channels");
        if (channels == null || !channels.isArray()) {
            throw Problem.malformed("channels", "an array of channels is needed here")
                    .rejected();
        }
        EventFilter filter = EventFilter.EVERYTHING;
        String sql = Json.text(object, "filter");
        if (sql != null) {
            filter = Filters.sql("filter", sql);
        }
        if (object.has("filters")) {
            filter = filter.and(Filters.json("filters", object.get("filters")));
        }
        JsonNode last = object.get("last");
        JsonNode maxUnacked = object.get("max-unacked");
        JsonNode heartbeat = object.get("heartbeat");
        return new SubscriptionSpec(
                channels("channels", texts("channels", channels)),
                null,
                filter,
                start(Json.text(object, "cursor"), Json.text(object, "since"), last == null ? null : last.asText()),
                overflow(Json.text(object, "overflow")),
                onGap("on-gap", Json.text(object, "on-gap")),
                form(Json.text(object, "format")),
                acknowledged(
                        "max-unacked", Json.text(object, "durable"), maxUnacked == null ? null : maxUnacked.asText()),
                fields(object.get("fields")),
                heartbeat(heartbeat == null ? null : heartbeat.asText()));
    }

    private static List<String> texts(String field, JsonNode array) throws Rejected {
        var texts = new ArrayList<String>(array.size());
        for (int i = 0; i < array.size(); i++) {
            if (!array.get(i).isTextual()) {
                throw Problem.malformed(field + "[" + i + "]", "a string is needed here")
                        .rejected();
            }
            texts.add(array.get(i).textValue());
        }
        return texts;
    }

    private static Optional<Fields> fields(@Nullable String list) throws Rejected {
        return list == null ? Optional.empty() : Optional.of(Fields.of(List.of(list.split(",", -1))));
    }

    private static Optional<Fields> fields(@Nullable JsonNode member) throws Rejected {
        if (member == null) {
            return Optional.empty();
        }
        if (member.isTextual()) {
            return fields(member.textValue());
        }
        if (!member.isArray()) {
            throw Problem.malformed("fields", "'none', 'all' or an array of names is needed here")
                    .rejected();
        }
        return Optional.of(Fields.of(texts("fields", member)));
    }

    private static Optional<Duration> heartbeat(@Nullable String seconds) throws Rejected {
        return seconds == null
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(number("heartbeat", seconds, LEAST_HEARTBEAT, MOST_HEARTBEAT)));
    }

    public static SubscriptionSpec ofProto(StreamRequest request) throws Rejected {
        EventFilter filter =
                request.getFilter().isEmpty() ? EventFilter.EVERYTHING : Filters.sql("filter", request.getFilter());
        if (request.getFiltersCount() > 0) {
            filter = filter.and(Filters.proto("filters", request.getFiltersList()));
        }
        Overflow overflow =
                switch (request.getOverflow()) {
                    case OVERFLOW_UNSPECIFIED, OVERFLOW_CATCH_UP -> Overflow.CATCH_UP;
                    case OVERFLOW_LATEST -> Overflow.LATEST;
                    case UNRECOGNIZED ->
                        throw Problem.malformed("overflow", "there is no such value")
                                .rejected();
                };
        return new SubscriptionSpec(
                channels("channels", request.getChannelsList()),
                null,
                filter,
                start(
                        blankToNull(request.getCursor()),
                        blankToNull(request.getSince()),
                        request.getLast() == 0 ? null : Integer.toUnsignedString(request.getLast())),
                overflow,
                switch (request.getOnGap()) {
                    case ON_GAP_UNSPECIFIED, ON_GAP_CONTINUE -> OnGap.CONTINUE;
                    case ON_GAP_CLOSE -> OnGap.CLOSE;
                    case UNRECOGNIZED ->
                        throw Problem.malformed("on_gap", "there is no such value")
                                .rejected();
                },
                Form.DATA,
                acknowledged(
                        "max_unacked",
                        blankToNull(request.getDurable()),
                        request.getMaxUnacked() == 0 ? null : Integer.toUnsignedString(request.getMaxUnacked())),
                request.getFieldsCount() == 0 ? Optional.empty() : Optional.of(Fields.of(request.getFieldsList())),
                heartbeat(request.getHeartbeat() == 0 ? null : Integer.toUnsignedString(request.getHeartbeat())));
    }

    private static Optional<Acknowledged> acknowledged(
            String field, @Nullable String durable, @Nullable String maxUnacked) throws Rejected {
        if (durable == null) {
            if (maxUnacked != null) {
                throw Problem.malformed(field, "only a durable subscription is acknowledged")
                        .rejected();
            }
            return Optional.empty();
        }
        DurableName.requireLegal("durable", durable);
        return Optional.of(new Acknowledged(
                durable, maxUnacked == null ? DEFAULT_UNACKED : number(field, maxUnacked, 1, MOST_UNACKED)));
    }

    private static @Nullable String blankToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static List<ChannelPattern> channels(String field, List<String> texts) throws Rejected {
        if (texts.isEmpty() || texts.size() > MOST_CHANNELS) {
            throw Problem.malformed(field, "1 to " + MOST_CHANNELS + " channels are needed, not " + texts.size())
                    .beyond(Limit.CHANNELS)
                    .rejected();
        }
        var patterns = new ArrayList<ChannelPattern>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            patterns.add(ChannelPattern.parse(field.equals("channel") ? field : field + "[" + i + "]", texts.get(i)));
        }
        return patterns;
    }

    private static Start start(@Nullable String cursor, @Nullable String since, @Nullable String last) throws Rejected {
        // All that are given must make sense, also those that do not count.
        Start result = new Start.Live();
        if (last != null) {
            result = new Start.Last(number("last", last, 1, MOST_LAST));
        }
        if (since != null) {
            result = new Start.Since(time(since));
        }
        if (cursor != null) {
            result = new Start.After(Cursor.parse("cursor", cursor));
        }
        return result;
    }

    private static Instant time(String text) throws Rejected {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (!time.isAfter(LATEST)) {
                // To Kafka negative timestamps have meanings of their own.
                return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
            }
        } catch (DateTimeParseException wrong) {
            // Told below.
        }
        throw Problem.malformed("since", "this is no RFC 3339 time, as for example 2026-11-24T10:00:00Z")
                .rejected();
    }

    /** A whole number within bounds. */
    public static int number(String field, String text, int least, int most) throws Rejected {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // Told below, together with the bounds.
        }
        throw Problem.malformed(field, "a whole number from " + least + " to " + most + " is needed here")
                .rejected();
    }

    private static Overflow overflow(@Nullable String text) throws Rejected {
        if (text == null || text.equals("catch-up")) {
            return Overflow.CATCH_UP;
        }
        if (text.equals("latest")) {
            return Overflow.LATEST;
        }
        throw Problem.malformed("overflow", "'catch-up' or 'latest' is needed here")
                .rejected();
    }

    private static OnGap onGap(String field, @Nullable String text) throws Rejected {
        if (text == null || text.equals("continue")) {
            return OnGap.CONTINUE;
        }
        if (text.equals("close")) {
            return OnGap.CLOSE;
        }
        throw Problem.malformed(field, "'continue' or 'close' is needed here").rejected();
    }

    private static Form form(@Nullable String text) throws Rejected {
        if (text == null || text.equals("data")) {
            return Form.DATA;
        }
        if (text.equals("cloudevents")) {
            return Form.CLOUDEVENTS;
        }
        throw Problem.malformed("format", "'data' or 'cloudevents' is needed here")
                .rejected();
    }

    /** @throws Rejected {@code forbidden}, naming the first channel that the token does not allow */
    public void authorize(Caller caller) throws Rejected {
        for (int i = 0; i < channels.size(); i++) {
            var refusal = caller.permissions()
                    .refuseSubscribe(channelField != null ? channelField : "channels[" + i + "]", channels.get(i));
            if (refusal.isPresent()) {
                throw refusal.get().rejected();
            }
        }
    }

    /**
     * The same in the engine's words.
     *
     * @param positions the way of the caller's acknowledgements
     * @throws Rejected when the token does not allow it
     */
    public SubscriptionRequest request(String name, Caller caller, FrameFormat format, PositionWriter positions)
            throws Rejected {
        authorize(caller);
        return new SubscriptionRequest(
                name,
                channels,
                filter.and(caller.permissions().filter()),
                start,
                overflow,
                onGap,
                format,
                acknowledged
                        .map(wanted -> new Durable(
                                new DurableName(caller.issuer(), caller.subject(), wanted.name()),
                                wanted.maxUnacked(),
                                positions))
                        .orElse(null),
                heartbeat.orElse(null));
    }
}
