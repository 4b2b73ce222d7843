package dev.sluice.publisher.http;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.EventLimits;
import dev.sluice.contract.event.HttpEvents;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in one POST, before anything is made of it.
 *
 * @param channel that the path names; null when the events must name theirs
 * @param type of a plain post, from the query
 * @param headers by lower-case name; each that counts was there once
 */
record Post(
        @Nullable Channel channel,
        @Nullable String type,
        Map<String, String> headers,
        HttpEvents.Form form,
        byte[] body) {

    static Post of(@Nullable Channel channel, Map<String, List<String>> query, MultiMap headers, byte @Nullable [] body)
            throws Rejected {
        Map<String, String> single = single(headers);
        HttpEvents.Form form = HttpEvents.form(single);
        if (channel != null && form == HttpEvents.Form.BATCH) {
            throw new Problem(
                            Reason.UNSUPPORTED_MEDIA_TYPE,
                            "Content-Type",
                            "a batch may go to many channels: post it to /v1/events")
                    .rejected();
        }
        String encoding = single.getOrDefault("content-encoding", "identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw new Problem(Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding", "bodies are taken uncompressed")
                    .rejected();
        }
        return new Post(channel, type(query, form), single, form, body == null ? new byte[0] : body);
    }

    private static @Nullable String type(Map<String, List<String>> query, HttpEvents.Form form) throws Rejected {
        for (String name : query.keySet()) {
            if (!name.equals("type")) {
                throw Problem.malformed(name, "there is no such parameter").rejected();
            }
            if (form != HttpEvents.Form.PLAIN) {
                throw Problem.malformed(name, "a CloudEvent says its type itself")
                        .rejected();
            }
        }
        List<String> types = query.getOrDefault("type", List.of());
        if (types.size() > 1) {
            throw Problem.malformed("type", "the parameter is given twice").rejected();
        }
        return types.isEmpty() ? null : types.get(0);
    }

    /** Two values of a header that says what an event is would be two events. */
    private static Map<String, String> single(MultiMap headers) throws Rejected {
        Map<String, String> single = new HashMap<>();
        for (var header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean counts = name.startsWith("ce-") || name.startsWith("content-") || name.equals("idempotency-key");
            if (counts && single.put(name, header.getValue()) != null) {
                throw Problem.malformed(header.getKey(), "the header is given twice")
                        .rejected();
            }
        }
        return single;
    }

    /** @param source of a plain post */
    Event event(String source, Instant now, EventLimits limits) throws Rejected {
        return switch (form) {
            case PLAIN ->
                HttpEvents.plain(
                        channel,
                        headers,
                        body,
                        new HttpEvents.Defaults(headers.get("idempotency-key"), type, source, now),
                        limits);
            case BINARY -> HttpEvents.binary(channel, headers, body, limits);
            case STRUCTURED -> JsonEvents.read(channel, body, limits);
            case BATCH -> throw new IllegalStateException("a batch is read item by item");
        };
    }

    List<JsonEvents.Item> batch(EventLimits limits) throws Rejected {
        return JsonEvents.readBatch(body, limits);
    }
}
