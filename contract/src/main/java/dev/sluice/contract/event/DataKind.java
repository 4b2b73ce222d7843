package dev.sluice.contract.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an event's data can stand in a frame of text: a function of its content type and of what it really is. */
public enum DataKind {
    NONE,
    /** Well-formed JSON in UTF-8; may be put into JSON as it is. */
    JSON,
    /** Well-formed UTF-8. */
    TEXT,
    BINARY;

    private static final JsonFactory JSON_FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(512).build())
            .build();

    public static DataKind of(Event event) {
        byte[] data = event.data();
        if (data == null) {
            return NONE;
        }
        String mediaType = mediaType(event.contentType());
        if (isJson(mediaType)) {
            return isWellFormedJson(data) ? JSON : isUtf8(data) ? TEXT : BINARY;
        }
        return isText(mediaType) && isUtf8(data) ? TEXT : BINARY;
    }

    /** Without parameters, in lower case; empty when there is none. */
    static String mediaType(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    static boolean isJson(String mediaType) {
        return mediaType.endsWith("/json") || mediaType.endsWith("+json");
    }

    static boolean isText(String mediaType) {
        return mediaType.isEmpty()
                || mediaType.startsWith("text/")
                || mediaType.equals("application/xml")
                || mediaType.endsWith("+xml")
                || mediaType.equals("application/x-www-form-urlencoded");
    }

    static boolean isUtf8(byte[] data) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
            return true;
        } catch (CharacterCodingException noText) {
            return false;
        }
    }

    /** Whether this is exactly one JSON value. */
    static boolean isWellFormedJson(byte[] data) {
        // Jackson would take UTF-16 and a byte order mark as well; a frame of UTF-8 can't hold them as they are.
        if (!isUtf8(data) || (data.length > 0 && (data[0] & 0xFF) == 0xEF)) {
            return false;
        }
        try (JsonParser parser = JSON_FACTORY.createParser(new String(data, StandardCharsets.UTF_8))) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException malformed) {
            return false;
        }
    }
}
