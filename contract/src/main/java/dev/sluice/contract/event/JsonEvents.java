package dev.sluice.contract.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import io.cloudevents.jackson.JsonFormat;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The event as structured CloudEvents JSON (JSON event format 1.0.2), written by the SDK, read strictly. */
public final class JsonEvents {
    public static final String MEDIA_TYPE = "application/cloudevents+json";
    public static final String BATCH_MEDIA_TYPE = "application/cloudevents-batch+json";

    private static final JsonFormat FORMAT = new JsonFormat();
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    /** Duplicate members, trailing tokens and deep nesting are refused; numbers keep their digits. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(512).build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Not written plain: 1e9999 would become ten thousand digits.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonEvents() {}

    /** One item of a batch. */
    public sealed interface Item {
        record Good(Event event) implements Item {}

        record Bad(Problem problem) implements Item {}
    }

    /**
     * One JSON object on one line, without space around it, so that further members can be put before its last brace. Data that
     * is JSON stands in it as it was published, but for its line breaks; text is a string; the rest is base64.
     */
    public static byte[] write(Event event) {
        DataKind kind = DataKind.of(event);
        byte[] attributes = FORMAT.serialize(CloudEvents.attributes(event, honestContentType(event, kind)));
        byte[] data = event.data();
        return data == null
                ? attributes
                : switch (kind) {
                    case NONE -> attributes;
                    case JSON -> spliced(attributes, "data", onOneLine(data));
                    case TEXT -> spliced(attributes, "data", quoted(new String(data, StandardCharsets.UTF_8)));
                    case BINARY ->
                        spliced(attributes, "data_base64", bytes(TextNode.valueOf(BASE64.encodeToString(data))));
                };
    }

    /** Who reads JSON takes the data of a JSON type, or of none, for JSON; what is not goes out under its real nature. */
    private static @Nullable String honestContentType(Event event, DataKind kind) {
        boolean readAsJson = event.contentType() == null || DataKind.isJson(DataKind.mediaType(event.contentType()));
        if (!readAsJson || kind == DataKind.JSON || kind == DataKind.NONE) {
            return event.contentType();
        }
        return kind == DataKind.TEXT ? "text/plain" : "application/octet-stream";
    }

    private static byte[] spliced(byte[] object, String member, byte[] value) {
        byte[] name = (",\"" + member + "\":").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(object.length + name.length + value.length)
                .put(object, 0, object.length - 1)
                .put(name)
                .put(value)
                .put((byte) '}')
                .array();
    }

    /** Within JSON a raw line break can only be space between tokens. */
    private static byte[] onOneLine(byte[] json) {
        byte[] line = json.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }

    /** @throws Rejected {@code malformed} when these bytes are not one JSON value */
    public static JsonNode parse(String field, byte[] json) throws Rejected {
        byte[] unmarked = withoutMark(json);
        if (!DataKind.isUtf8(unmarked)) {
            throw Problem.malformed(field, "JSON is UTF-8; this is not").rejected();
        }
        try {
            JsonNode node = MAPPER.readTree(new String(unmarked, StandardCharsets.UTF_8));
            if (node == null || node.isMissingNode()) {
                throw Problem.malformed(field, "JSON is needed here, and there is nothing")
                        .rejected();
            }
            return node;
        } catch (JsonProcessingException wrong) {
            throw Problem.malformed(field, "this is no well-formed JSON: " + brief(wrong))
                    .rejected();
        }
    }

    /** The text without the byte order mark that some editors and libraries put before it (RFC 8259, section 8.1: it may be ignored). */
    static byte[] withoutMark(byte[] json) {
        boolean marked = json.length >= 3 && json[0] == (byte) 0xEF && json[1] == (byte) 0xBB && json[2] == (byte) 0xBF;
        return marked ? Arrays.copyOfRange(json, 3, json.length) : json;
    }

    private static String brief(JsonProcessingException wrong) {
        String where = wrong.getLocation() == null
                ? ""
                : " (line " + wrong.getLocation().getLineNr() + ", column "
                        + wrong.getLocation().getColumnNr() + ")";
        String message = wrong.getOriginalMessage();
        return (message.length() > 200 ? message.substring(0, 200) + "…" : message) + where;
    }

    /**
     * Reads one structured event.
     *
     * @param given the channel that the path names; null when the event must say it
     */
    public static Event read(@Nullable Channel given, byte[] json, EventLimits limits) throws Rejected {
        return read(given, parse("body", json), limits);
    }

    /**
     * Reads a batch item by item, so that a bad one does not lose the others.
     *
     * @throws Rejected when the batch as a whole can't be read or is too large
     */
    public static List<Item> readBatch(byte[] json, EventLimits limits) throws Rejected {
        if (json.length > limits.batchBytes()) {
            throw EventLimits.tooLarge(
                    "body", "a batch has at most " + limits.batchBytes() + " bytes, not " + json.length);
        }
        JsonNode array = parse("body", json);
        if (!array.isArray()) {
            throw Problem.malformed("body", "a batch is a JSON array of events").rejected();
        }
        if (array.size() > limits.batchEvents()) {
            throw EventLimits.tooLarge(
                    "body", "a batch has at most " + limits.batchEvents() + " events, not " + array.size());
        }
        var items = new ArrayList<Item>(array.size());
        for (JsonNode node : array) {
            try {
                items.add(new Item.Good(read(null, node, limits)));
            } catch (Rejected refusal) {
                items.add(new Item.Bad(refusal.problem()));
            }
        }
        return items;
    }

    /** As {@link #read(Channel, byte[], EventLimits)}, of JSON that was parsed already. */
    public static Event read(@Nullable Channel given, JsonNode object, EventLimits limits) throws Rejected {
        if (!object.isObject()) {
            throw Problem.malformed("body", "a CloudEvent is a JSON object").rejected();
        }
        var attributes = new Attributes("");
        for (var member : object.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (name.equals("data") || name.equals("data_base64") || value.isNull()) {
                continue;
            }
            boolean defined = Attributes.DEFINED.contains(name);
            boolean scalar = value.isTextual() || (!defined && (value.isIntegralNumber() || value.isBoolean()));
            if (!scalar) {
                throw Problem.malformed(
                                name,
                                defined
                                        ? "a string is needed here"
                                        : "an attribute is a string, an integer or a boolean")
                        .rejected();
            }
            attributes.put(name, value.asText());
        }
        String contentType = attributes.get("datacontenttype");
        byte[] data = data(object, contentType);
        if (contentType == null && object.hasNonNull("data")) {
            contentType = "application/json";
        }
        return limits.check(attributes.toEvent(given, data, contentType, "datacontenttype"));
    }

    private static byte @Nullable [] data(JsonNode object, @Nullable String contentType) throws Rejected {
        JsonNode data = object.get("data");
        JsonNode base64 = object.get("data_base64");
        if (data != null && base64 != null) {
            throw Problem.malformed("data_base64", "an event has data or data_base64, not both")
                    .rejected();
        }
        if (base64 != null) {
            return base64(base64);
        }
        if (data == null || data.isNull()) {
            return null;
        }
        boolean json = contentType == null || DataKind.isJson(DataKind.mediaType(contentType));
        if (!json && data.isTextual()) {
            return text(data.textValue());
        }
        return bytes(data);
    }

    private static byte[] text(String data) throws Rejected {
        byte[] utf8 = utf8(data);
        if (utf8 == null) {
            throw Problem.malformed("data", "the string holds half a surrogate pair, which is no character")
                    .rejected();
        }
        return utf8;
    }

    /** Null when the text holds half a surrogate pair, which JSON can escape and UTF-8 can't hold. */
    private static byte @Nullable [] utf8(String text) {
        try {
            ByteBuffer buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOf(buffer.array(), buffer.limit());
        } catch (CharacterCodingException halfAPair) {
            return null;
        }
    }

    private static byte[] base64(JsonNode base64) throws Rejected {
        if (!base64.isTextual()) {
            throw Problem.malformed("data_base64", "a string is needed here").rejected();
        }
        try {
            return Base64.getDecoder().decode(base64.textValue());
        } catch (IllegalArgumentException wrong) {
            throw Problem.malformed("data_base64", "this is no base64").rejected();
        }
    }

    /** JSON as it stands in a frame. */
    public static byte[] bytes(JsonNode node) {
        try {
            // By way of a string, because Jackson's own UTF-8 has six bytes for each half of an emoji.
            byte[] utf8 = utf8(MAPPER.writeValueAsString(node));
            return utf8 == null ? MAPPER.writeValueAsBytes(node) : utf8;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a parsed tree can be written", impossible);
        }
    }

    /** For what is put together by hand; the result stands in JSON as a string, quotes included. */
    public static byte[] quoted(String text) {
        return bytes(TextNode.valueOf(text));
    }

    static Problem unsupported(String field, String detail) {
        return new Problem(Reason.UNSUPPORTED_MEDIA_TYPE, field, detail);
    }
}
