package dev.sluice.edge.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.session.OnGap;
import dev.sluice.fanout.session.Overflow;
import dev.sluice.fanout.session.Start;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the values of a request's parameters are written, wherever they stand: what each means, or a refusal that names it. */
public final class Values {
    private static final int MOST_CHANNELS = 100;
    private static final int MOST_UNACKED = 10_000;
    private static final int DEFAULT_UNACKED = 1_000;
    private static final int MOST_LAST = 10_000;
    private static final int LEAST_HEARTBEAT = 2;
    private static final int MOST_HEARTBEAT = 60;
    /** RFC 3339 has years of four digits. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private Values() {}

    static List<String> texts(String field, JsonNode array) throws Rejected {
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

    static Optional<Fields> fields(@Nullable String list) throws Rejected {
        return list == null ? Optional.empty() : Optional.of(Fields.of(List.of(list.split(",", -1))));
    }

    static Optional<Fields> fields(@Nullable JsonNode member) throws Rejected {
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

    static Optional<Duration> heartbeat(@Nullable String seconds) throws Rejected {
        return seconds == null
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(number("heartbeat", seconds, LEAST_HEARTBEAT, MOST_HEARTBEAT)));
    }

    static Optional<Acknowledged> acknowledged(String field, @Nullable String durable, @Nullable String maxUnacked)
            throws Rejected {
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

    static @Nullable String blankToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    static List<ChannelPattern> channels(String field, List<String> texts) throws Rejected {
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

    static Start start(@Nullable String cursor, @Nullable String since, @Nullable String last) throws Rejected {
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

    static Overflow overflow(@Nullable String text) throws Rejected {
        if (text == null || text.equals("catch-up")) {
            return Overflow.CATCH_UP;
        }
        if (text.equals("latest")) {
            return Overflow.LATEST;
        }
        throw Problem.malformed("overflow", "'catch-up' or 'latest' is needed here")
                .rejected();
    }

    static OnGap onGap(String field, @Nullable String text) throws Rejected {
        if (text == null || text.equals("continue")) {
            return OnGap.CONTINUE;
        }
        if (text.equals("close")) {
            return OnGap.CLOSE;
        }
        throw Problem.malformed(field, "'continue' or 'close' is needed here").rejected();
    }

    static Form form(@Nullable String text) throws Rejected {
        if (text == null || text.equals("data")) {
            return Form.DATA;
        }
        if (text.equals("cloudevents")) {
            return Form.CLOUDEVENTS;
        }
        throw Problem.malformed("format", "'data' or 'cloudevents' is needed here")
                .rejected();
    }
}
