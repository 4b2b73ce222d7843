package dev.sluice.contract.event;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event as a producer gave them, in whatever form, as strings. One place that says what is legal
 * (CloudEvents 1.0.2, "Context Attributes") and names the attribute that is not.
 */
final class Attributes {
    /** Of CloudEvents, whichever way they come. */
    static final String VERSION = "1.0";

    /** Sluice sets these on the way out, so nobody may set them on the way in. */
    static final Set<String> RESERVED = Set.of("cursor", "subscription");

    /** Types that begin so are control messages, which nobody but Sluice sends: a client acts on them. */
    private static final String RESERVED_TYPES = "sluice.";
    /** Who sends those. */
    private static final String RESERVED_SOURCE = "/sluice";

    /** What the specification gives a meaning; those must not be empty. */
    static final Set<String> DEFINED = Set.of(
            "specversion",
            "id",
            "source",
            "type",
            "time",
            "subject",
            "dataschema",
            "datacontenttype",
            Channel.ATTRIBUTE);

    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("9999-12-31T23:59:59Z").plusSeconds(1);

    private static final int MOST_NAME = 64;
    /** RFC 3339, section 5.6; java.time alone would take more, for one a time without seconds. */
    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");
    /** RFC 9110, section 8.3.1: type and subtype, then parameters, in printable ASCII. */
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+/[-!#$%&'*+.^_`|~0-9A-Za-z]+[ \\t]*(;[ -~\\t]*)?");

    private final Map<String, String> values = new HashMap<>();
    private final String prefix;

    /** @param prefix what stands before an attribute's name where the producer wrote it, for example {@code ce-} */
    Attributes(String prefix) {
        this.prefix = prefix;
    }

    void put(String name, String value) throws Rejected {
        if (!isName(name)) {
            throw malformed(name, "an attribute's name has 1 to 64 characters of a-z and 0-9");
        }
        if (RESERVED.contains(name)) {
            throw malformed(name, "this attribute is set by Sluice");
        }
        if (name.equals("type") && isReservedType(value)) {
            throw malformed(name, "types that begin with '" + RESERVED_TYPES + "' are Sluice's own");
        }
        if (name.equals("source") && isReservedSource(value)) {
            throw malformed(name, "this source is Sluice itself");
        }
        if (name.equals("data")) {
            throw malformed(name, "no attribute may be called so");
        }
        if (value.isEmpty() && DEFINED.contains(name)) {
            throw malformed(name, "the attribute must not be empty");
        }
        if (!isLegal(value)) {
            throw malformed(
                    name, "the attribute holds a character that CloudEvents does not allow (control, surrogate)");
        }
        if (values.put(name, value) != null) {
            throw malformed(name, "the attribute is given twice");
        }
    }

    /** Whether only Sluice may send events of this type. */
    static boolean isReservedType(String type) {
        return type.startsWith(RESERVED_TYPES);
    }

    /** Whether this is Sluice itself, or something in it. */
    static boolean isReservedSource(String source) {
        return source.equals(RESERVED_SOURCE) || source.startsWith(RESERVED_SOURCE + "/");
    }

    /** Asked for each attribute of each event that is posted or read. */
    static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MOST_NAME;
    }

    private static boolean isLegal(String value) {
        int c;
        for (int i = 0; i < value.length(); i += Character.charCount(c)) {
            c = value.codePointAt(i);
            if (!isLegal(c)) {
                return false;
            }
        }
        return true;
    }

    /** CloudEvents 1.0.2, "Type System", String. */
    private static boolean isLegal(int c) {
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        boolean noCharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
        return !Character.isISOControl(c) && !surrogate && !noCharacter;
    }

    @Nullable
    String get(String name) {
        return values.get(name);
    }

    /**
     * @param contentTypeField what the content type is called where the producer wrote it
     * @throws Rejected naming the first attribute that is missing or wrong
     */
    Event toEvent(
            @Nullable Channel given, byte @Nullable [] data, @Nullable String contentType, String contentTypeField)
            throws Rejected {
        if (contentType != null && !MEDIA_TYPE.matcher(contentType).matches()) {
            throw Problem.malformed(contentTypeField, "this is no media type, as for example application/json")
                    .rejected();
        }
        Map<String, String> rest = new HashMap<>(values);
        String version = rest.remove("specversion");
        if (!VERSION.equals(version)) {
            throw malformed(
                    "specversion", version == null ? "the attribute is missing" : "only " + VERSION + " is known here");
        }
        String id = required(rest, "id");
        String source = required(rest, "source");
        String type = required(rest, "type");
        if (!CloudEvents.isUri(source)) {
            throw malformed("source", "this is no URI-reference");
        }
        String schema = rest.remove("dataschema");
        if (schema != null && !CloudEvents.isUri(schema)) {
            throw malformed("dataschema", "this is no URI");
        }
        String subject = rest.remove("subject");
        Instant time = time(rest.remove("time"));
        String own = rest.remove(Channel.ATTRIBUTE);
        rest.remove("datacontenttype");
        return new Event(channel(given, own), id, source, type, time, subject, contentType, schema, rest, data);
    }

    private Channel channel(@Nullable Channel given, @Nullable String own) throws Rejected {
        if (own == null) {
            if (given == null) {
                throw malformed(Channel.ATTRIBUTE, "the extension attribute is missing");
            }
            return given;
        }
        Channel channel = Channel.parse(prefix + Channel.ATTRIBUTE, own);
        if (given != null && !given.equals(channel)) {
            throw malformed(Channel.ATTRIBUTE, "the event says '" + own + "', the path says '" + given + "'");
        }
        return channel;
    }

    private @Nullable Instant time(@Nullable String text) throws Rejected {
        if (text == null) {
            return null;
        }
        Instant time = RFC_3339.matcher(text).matches() ? instant(text) : null;
        if (time == null) {
            throw malformed("time", "this is no RFC 3339 time, as for example 2026-11-24T10:00:00Z");
        }
        return time;
    }

    /** Null when there is no such time, or when it could not be written in UTC with a year of four digits. */
    private static @Nullable Instant instant(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return isWritable(time) ? time : null;
        } catch (DateTimeParseException noSuchTime) {
            return null;
        }
    }

    /** Whether its year, in UTC, has four digits. */
    static boolean isWritable(Instant time) {
        return !time.isBefore(EARLIEST) && time.isBefore(END);
    }

    private String required(Map<String, String> rest, String name) throws Rejected {
        String value = rest.remove(name);
        if (value == null) {
            throw malformed(name, "the attribute is missing");
        }
        return value;
    }

    private Rejected malformed(String name, String detail) {
        return Problem.malformed(prefix + name, detail).rejected();
    }
}
