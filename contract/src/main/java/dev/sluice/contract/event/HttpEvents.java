package dev.sluice.contract.event;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a producer posts over HTTP (CloudEvents HTTP binding 1.0.2, and plain bodies): decides which of the forms it is, and
 * reads it.
 */
public final class HttpEvents {
    private static final String PREFIX = "ce-";
    private static final String CONTENT_TYPE = "Content-Type";

    /** What UTF-8 is called, and what is part of it (WHATWG Encoding, "Names and labels"). */
    private static final Set<String> UTF_8_NAMES = Set.of("utf-8", "utf8", "us-ascii", "ascii");

    private static final Pattern QUOTED_PAIR = Pattern.compile("\\\\(.)");

    private HttpEvents() {}

    /** The forms of a post. Closed, so that it is safe as a metric tag. */
    public enum Form {
        PLAIN,
        BINARY,
        STRUCTURED,
        BATCH
    }

    /**
     * What a plain post does not say itself.
     *
     * @param idempotencyKey becomes the id
     * @param type null for {@value Event#DEFAULT_TYPE}
     * @param source who posts
     */
    public record Defaults(
            @Nullable String idempotencyKey, @Nullable String type, String source, Instant now) {}

    /**
     * @param headers by lower-case name
     * @throws Rejected for a CloudEvents media type that is none of ours, or {@code ce-} headers without a version
     */
    public static Form form(Map<String, String> headers) throws Rejected {
        String mediaType = DataKind.mediaType(headers.get("content-type"));
        // The batch type begins like the structured one.
        if (mediaType.equals(JsonEvents.BATCH_MEDIA_TYPE)) {
            return Form.BATCH;
        }
        if (mediaType.equals(JsonEvents.MEDIA_TYPE)) {
            return Form.STRUCTURED;
        }
        if (mediaType.startsWith("application/cloudevents")) {
            throw JsonEvents.unsupported(
                            CONTENT_TYPE, "of CloudEvents formats only JSON is known here, not " + mediaType)
                    .rejected();
        }
        if (headers.containsKey(PREFIX + "specversion")) {
            return Form.BINARY;
        }
        for (String name : headers.keySet()) {
            if (name.startsWith(PREFIX)) {
                throw Problem.malformed(
                                PREFIX + "specversion",
                                "there is '" + name + "', but a CloudEvent needs this header too")
                        .rejected();
            }
        }
        return Form.PLAIN;
    }

    /** An event in binary mode. */
    public static Event binary(@Nullable Channel given, Map<String, String> headers, byte[] posted, EventLimits limits)
            throws Rejected {
        var attributes = new Attributes(PREFIX);
        for (var header : headers.entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(PREFIX)) {
                String attribute = name.substring(PREFIX.length());
                if (attribute.equals("datacontenttype")) {
                    throw Problem.malformed(name, "in binary mode this is the header Content-Type")
                            .rejected();
                }
                attributes.put(attribute, decoded(name, header.getValue()));
            }
        }
        String contentType = headers.get("content-type");
        byte[] body = data(contentType, posted);
        Event event =
                limits.check(attributes.toEvent(given, body.length == 0 ? null : body, contentType, CONTENT_TYPE));
        if (body.length > 0) {
            checkBody(CONTENT_TYPE, contentType, "body", body);
        }
        return event;
    }

    /** Anything else: the body is the data. */
    public static Event plain(
            @Nullable Channel given, Map<String, String> headers, byte[] posted, Defaults defaults, EventLimits limits)
            throws Rejected {
        if (given == null) {
            throw JsonEvents.unsupported(
                            CONTENT_TYPE,
                            "here a CloudEvent is needed, which names its channel; post plain data to /v1/channels/{channel}/events")
                    .rejected();
        }
        String contentType = headers.get("content-type");
        byte[] body = data(contentType, posted);
        var attributes = new Attributes("");
        attributes.put("specversion", "1.0");
        if (defaults.idempotencyKey() == null) {
            attributes.put("id", UUID.randomUUID().toString());
        } else {
            // As the draft for this header has it, a quoted string; most send it bare.
            put(attributes, "id", "Idempotency-Key", unquoted(defaults.idempotencyKey()));
        }
        if (defaults.type() == null) {
            attributes.put("type", Event.DEFAULT_TYPE);
        } else {
            put(attributes, "type", "type", defaults.type());
        }
        attributes.put("source", defaults.source());
        attributes.put("time", defaults.now().toString());
        Event event =
                limits.check(attributes.toEvent(given, body.length == 0 ? null : body, contentType, CONTENT_TYPE));
        checkBody(CONTENT_TYPE, contentType, "body", body);
        return event;
    }

    private static void put(Attributes attributes, String name, String field, String value) throws Rejected {
        try {
            attributes.put(name, value);
        } catch (Rejected refusal) {
            throw Problem.malformed(field, refusal.problem().detail()).rejected();
        }
    }

    /** Of what was sent: JSON loses a mark at its begin, without which everybody can read it. */
    static byte[] data(@Nullable String contentType, byte[] sent) {
        return DataKind.isJson(DataKind.mediaType(contentType)) ? JsonEvents.withoutMark(sent) : sent;
    }

    /** That the data is what it says, as far as that can be known, so that no client has to find out. */
    static void checkBody(String typeField, @Nullable String contentType, String bodyField, byte[] body)
            throws Rejected {
        String mediaType = DataKind.mediaType(contentType);
        boolean json = DataKind.isJson(mediaType);
        if (contentType != null && (json || DataKind.isText(mediaType))) {
            String lower = contentType.toLowerCase(Locale.ROOT).replace("\"", "");
            int charset = lower.indexOf("charset=");
            if (charset >= 0
                    && !UTF_8_NAMES.contains(
                            lower.substring(charset + 8).split(";", 2)[0].strip())) {
                throw JsonEvents.unsupported(typeField, "text is UTF-8 here; say charset=utf-8, or nothing")
                        .rejected();
            }
        }
        if (json) {
            requireJson(bodyField, body);
        } else if (mediaType.startsWith("text/") && !DataKind.isUtf8(body)) {
            throw Problem.malformed(bodyField, "text is UTF-8 here; this is not")
                    .rejected();
        }
    }

    private static void requireJson(String field, byte[] body) throws Rejected {
        try {
            JsonEvents.parse(field, body);
        } catch (Rejected refusal) {
            // As the CloudEvents SDK for JavaScript sends a string when nothing is said of its type.
            throw Problem.malformed(
                            field,
                            refusal.problem().detail()
                                    + "; text that is no JSON needs the content type text/plain (of a CloudEvent: datacontenttype)")
                    .rejected();
        }
    }

    /** CloudEvents HTTP binding 1.0.2, 3.1.3.2: quoted strings are unquoted, then percent-encoded UTF-8 is decoded. */
    private static String decoded(String header, String value) throws Rejected {
        String text = unquoted(value);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 126) {
                throw Problem.malformed(header, "what is not ASCII has to be percent-encoded UTF-8")
                        .rejected();
            }
        }
        return text.indexOf('%') < 0 ? text : percentDecoded(header, text);
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        return QUOTED_PAIR.matcher(value.substring(1, value.length() - 1)).replaceAll("$1");
    }

    /** @param text in ASCII */
    private static String percentDecoded(String header, String text) throws Rejected {
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw Problem.malformed(header, "after '%' two hexadecimal digits are needed")
                        .rejected();
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        byte[] utf8 = bytes.toByteArray();
        if (!DataKind.isUtf8(utf8)) {
            throw Problem.malformed(header, "the percent-encoded value is no UTF-8")
                    .rejected();
        }
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
