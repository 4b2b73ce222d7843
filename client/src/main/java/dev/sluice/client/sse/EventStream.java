package dev.sluice.client.sse;

import dev.sluice.client.Json;
import dev.sluice.client.Mailbox;
import dev.sluice.client.Received;
import dev.sluice.client.StructuredEvents;
import dev.sluice.client.http.StreamingCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code text/event-stream} more strictly than a browser, which ignores what it does not know: each block has exactly one
 * {@code id}, at most one {@code event}, and nothing but fields of the specification.
 */
final class EventStream implements StreamingCall.Decoder {

    private static final String CONTROL = "sluice.";
    /** Within the block of an event without data, which would look like an empty text else. */
    private static final String NO_DATA = ": no data";

    private final Lines lines = new Lines(this::line);
    private final Mailbox mailbox;
    private final boolean structured;

    private @Nullable String id;
    private String last = "";
    private @Nullable String event;
    private List<String> data = new ArrayList<>();

    /** @param structured whether the data are structured CloudEvents */
    EventStream(Mailbox mailbox, boolean structured) {
        this.mailbox = mailbox;
        this.structured = structured;
    }

    @Override
    public void read(byte[] piece) {
        lines.read(piece);
    }

    private void line(String line) {
        if (line.isEmpty()) {
            dispatch();
            return;
        }
        if (line.equals(NO_DATA)) {
            require(data.isEmpty(), "data where there is none");
            return;
        }
        if (line.startsWith(":")) {
            require(id == null && event == null && data.isEmpty(), "a comment amid a block");
            mailbox.add(
                    new Received.Control("", last, "heartbeat", Json.object().put("cursor", last)));
            return;
        }
        var colon = line.indexOf(':');
        var name = colon < 0 ? line : line.substring(0, colon);
        var value = colon < 0 ? "" : line.substring(colon + 1);
        field(name, value.startsWith(" ") ? value.substring(1) : value);
    }

    private void field(String name, String value) {
        switch (name) {
            case "id" -> {
                require(id == null, "two ids in a block");
                require(!value.isEmpty() && value.indexOf('\0') < 0, "an id that a browser ignores");
                id = value;
            }
            case "event" -> {
                require(event == null, "two event fields in a block");
                require(!value.isEmpty() && !value.equals("message"), "the event type " + value + " written out");
                event = value;
            }
            case "data" -> data.add(value);
            case "retry" -> require(value.matches("[0-9]+"), "retry: " + value);
            default -> throw new IllegalArgumentException("no field of an event stream: " + name);
        }
    }

    private void dispatch() {
        var cursor = id;
        require(cursor != null, "a block without id: it would lose the position");
        if (cursor != null) {
            mailbox.add(message(cursor, event, data));
            last = cursor;
        }
        id = null;
        event = null;
        data = new ArrayList<>();
    }

    private Received message(String cursor, @Nullable String type, List<String> dataLines) {
        require(!dataLines.isEmpty(), "a block without data, which a browser drops and others show as an empty event");
        var text = String.join("\n", dataLines);
        if (type != null && type.startsWith(CONTROL)) {
            var members = Json.parse(text);
            require(members.path("cursor").asText().equals(cursor), "id " + cursor + " with " + text);
            return new Received.Control("", cursor, type.substring(CONTROL.length()), members);
        }
        if (structured) {
            var whole = StructuredEvents.read(text, "", cursor);
            require(whole.type().equals(type == null ? "message" : type), "event: " + type + " for " + whole);
            return whole;
        }
        return new Received.Event(
                "",
                cursor,
                "",
                "",
                "",
                type == null ? "message" : type,
                "",
                text.getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
