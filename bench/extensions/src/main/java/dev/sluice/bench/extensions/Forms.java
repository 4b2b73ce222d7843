package dev.sluice.bench.extensions;

import com.google.protobuf.ByteString;
import dev.sluice.contract.v1.Notification;
import java.util.function.IntFunction;

/** Events as the edges send them, in the form that an extension takes. */
final class Forms {
    private static final String CURSOR = "URCIZFaRBAcDYA";

    private Forms() {}

    /** What is sent by SSE. */
    record Event(String id, String data) {}

    /** @param payload bytes of text an event */
    static IntFunction<Object> of(String protocol, String marker, int events, int payload) {
        String text = "x".repeat(payload);
        return i -> {
            String data =
                    "{\"n\":" + (1_000_000 + i) + ",\"text\":\"~^" + text + (i == events - 1 ? marker : "") + "\"}";
            return switch (protocol) {
                case "SSE" -> new Event(CURSOR, data);
                case "WS" ->
                    "{\"op\":\"event\",\"cursor\":\"" + CURSOR + "\",\"id\":\"" + (1_000_000 + i)
                            + "\",\"source\":\"/bench\",\"type\":\"message\",\"channel\":\"bench.fanout\",\"time\":\"1970-01-01T00:00:00Z\","
                            + "\"datacontenttype\":\"application/json\",\"data\":" + data + "}";
                default ->
                    Notification.newBuilder()
                            .setId(String.valueOf(1_000_000 + i))
                            .setType("message")
                            .setPayload(ByteString.copyFromUtf8(data))
                            .setChannel("bench.fanout")
                            .setSource("/bench")
                            .build();
            };
        };
    }
}
