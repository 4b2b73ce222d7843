package dev.sluice.sse;

import dev.sluice.contract.event.Event;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** Lines of an event stream: a field may not hold a line break, data has one {@code data:} for each of its lines. */
final class SseText {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] NO_DATA = ": no data\ndata: \n".getBytes(StandardCharsets.US_ASCII);
    private static final Set<String> OF_EVENT_SOURCE = Set.of("error", "open");
    private static final String PREFIX = "event.";

    private SseText() {}

    /**
     * What a listener has to be called to hear of an event: its type, and nothing for {@code message}. An {@code EventSource} tells its own
     * troubles as {@code error} and {@code open}, which no event can be told from; those get a prefix.
     */
    static void type(ByteArrayOutputStream out, String type) {
        if (!type.equals(Event.DEFAULT_TYPE)) {
            field(out, "event", OF_EVENT_SOURCE.contains(type) ? PREFIX + type : type);
        }
    }

    /** For an event without any, beside one whose data is an empty text. No {@code EventSource} shows it, but who reads lines can tell. */
    static void noData(ByteArrayOutputStream out) {
        out.writeBytes(NO_DATA);
    }

    static void field(ByteArrayOutputStream out, String name, String value) {
        String line = name + ": " + value.replace('\r', ' ').replace('\n', ' ') + "\n";
        out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a block that may begin with its {@code event}. */
    static byte[] withoutType(byte[] block) {
        return Arrays.copyOfRange(block, lengthOfType(block), block.length);
    }

    /** How long the line is that says the type; 0 where there is none. */
    static int lengthOfType(byte[] block) {
        if (block[0] != 'e') {
            return 0;
        }
        int end = 0;
        while (block[end] != '\n') {
            end++;
        }
        return end + 1;
    }

    static void data(ByteArrayOutputStream out, byte[] data) {
        int start = 0;
        for (int i = 0; i <= data.length; i++) {
            boolean atEnd = i == data.length;
            if (atEnd || data[i] == '\n' || data[i] == '\r') {
                out.writeBytes(DATA);
                out.write(data, start, i - start);
                out.write('\n');
                if (!atEnd && data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
    }
}
