package dev.sluice.ws;

import dev.sluice.contract.event.DataKind;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.edge.format.ControlJson;
import dev.sluice.fanout.session.BodyFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of an event message that do not depend on the reader, with the brace that ends it; then, in four bytes, where among them the
 * data begin, for who wants no more.
 */
enum JsonDataBody implements BodyFormat {
    INSTANCE;

    private static final int OFFSET = Integer.BYTES;

    /** How long the members are, with their brace. */
    static int length(byte[] body) {
        return body.length - OFFSET;
    }

    /** Where the data begin, with the comma before them; the brace where there are none. */
    static int data(byte[] body) {
        return ByteBuffer.wrap(body).getInt(length(body));
    }

    @Override
    public byte[] encode(Event event, long logTime) {
        var out = new ByteArrayOutputStream(event.size() + 256);
        ascii(out, "\"channel\":");
        out.writeBytes(JsonEvents.quoted(event.channel().name()));
        member(out, "id", event.id());
        member(out, "source", event.source());
        member(out, "type", event.type());
        Instant time = event.time();
        member(out, "time", ControlJson.time(time == null ? Instant.ofEpochMilli(logTime) : time));
        member(out, "subject", event.subject());
        member(out, "dataschema", event.dataSchema());
        member(out, "contentType", event.contentType());
        if (!event.extensions().isEmpty()) {
            ascii(out, ",\"attributes\":{");
            String comma = "";
            for (Map.Entry<String, String> extension : event.extensions().entrySet()) {
                ascii(out, comma);
                out.writeBytes(JsonEvents.quoted(extension.getKey()));
                ascii(out, ":");
                out.writeBytes(JsonEvents.quoted(extension.getValue()));
                comma = ",";
            }
            ascii(out, "}");
        }
        int attributes = out.size();
        data(out, event);
        ascii(out, "}");
        return ByteBuffer.allocate(out.size() + OFFSET)
                .put(out.toByteArray())
                .putInt(attributes)
                .array();
    }

    private static void data(ByteArrayOutputStream out, Event event) {
        byte[] data = event.data();
        if (data == null) {
            return;
        }
        switch (DataKind.of(event)) {
            case JSON -> {
                ascii(out, ",\"data\":");
                out.writeBytes(data);
            }
            case TEXT -> member(out, "data", new String(data, StandardCharsets.UTF_8));
            case BINARY -> member(out, "data_base64", Base64.getEncoder().encodeToString(data));
            case NONE -> throw new IllegalStateException("there is data");
        }
    }

    private static void member(ByteArrayOutputStream out, String name, @Nullable String value) {
        if (value != null) {
            ascii(out, ",\"" + name + "\":");
            out.writeBytes(JsonEvents.quoted(value));
        }
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
