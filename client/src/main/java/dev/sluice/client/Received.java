package dev.sluice.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One message from the server. What a protocol does not show is empty. */
public sealed interface Received {

    /** The subscription that it belongs to; empty where a connection has only one, and for the session's own messages. */
    String subscription();

    /** Resumes exactly after this message; empty when it has none. */
    String cursor();

    /** An event; immutable by convention, as {@code data} is shared. */
    record Event(
            String subscription,
            String cursor,
            String channel,
            String id,
            String source,
            String type,
            String contentType,
            byte[] data,
            Map<String, String> attributes)
            implements Received {

        public String text() {
            return new String(data, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "Event[" + channel + " " + type + " " + source + "#" + id + " " + data.length + " bytes after "
                    + cursor + "]";
        }
    }

    /**
     * What the server says about the stream itself.
     *
     * @param kind {@code open}, {@code heartbeat}, {@code gap}, {@code expiring}, {@code close}
     * @param members as docs/clients.md names them; times are RFC 3339 whatever the protocol
     */
    record Control(String subscription, String cursor, String kind, JsonNode members) implements Received {}

    /**
     * The answer to an operation.
     *
     * @param id of the operation
     * @param op {@code subscribed}, {@code published}, …, {@code error}
     */
    record Answer(String id, String subscription, String cursor, String op, JsonNode members) implements Received {

        public boolean isError() {
            return op.equals("error");
        }
    }
}
