package dev.sluice.edge.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.filter.Filters;
import dev.sluice.contract.position.DurableName;
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
        Start asked = Values.start(query.get("cursor"), query.get("since"), query.get("last"));
        return new SubscriptionSpec(
                Values.channels("channel", query.getAll("channel")),
                "channel",
                filter == null ? EventFilter.EVERYTHING : Filters.sql("filter", filter),
                lastSeen != null && !lastSeen.isEmpty()
                        ? new Start.After(Cursor.parse(byHeader ? "Last-Event-ID" : LAST_EVENT_ID, lastSeen))
                        : asked,
                Values.overflow(query.get("overflow")),
                Values.onGap("on-gap", query.get("on-gap")),
                Values.form(query.get("format")),
                Values.acknowledged("max-unacked", query.get("durable"), query.get("max-unacked")),
                Values.fields(query.get("fields")),
                Values.heartbeat(query.get("heartbeat")));
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
                Values.channels("channels", Values.texts("channels", channels)),
                null,
                filter,
                Values.start(
                        Json.text(object, "cursor"), Json.text(object, "since"), last == null ? null : last.asText()),
                Values.overflow(Json.text(object, "overflow")),
                Values.onGap("on-gap", Json.text(object, "on-gap")),
                Values.form(Json.text(object, "format")),
                Values.acknowledged(
                        "max-unacked", Json.text(object, "durable"), maxUnacked == null ? null : maxUnacked.asText()),
                Values.fields(object.get("fields")),
                Values.heartbeat(heartbeat == null ? null : heartbeat.asText()));
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
                Values.channels("channels", request.getChannelsList()),
                null,
                filter,
                Values.start(
                        Values.blankToNull(request.getCursor()),
                        Values.blankToNull(request.getSince()),
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
                Values.acknowledged(
                        "max_unacked",
                        Values.blankToNull(request.getDurable()),
                        request.getMaxUnacked() == 0 ? null : Integer.toUnsignedString(request.getMaxUnacked())),
                request.getFieldsCount() == 0 ? Optional.empty() : Optional.of(Fields.of(request.getFieldsList())),
                Values.heartbeat(
                        request.getHeartbeat() == 0 ? null : Integer.toUnsignedString(request.getHeartbeat())));
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
