package dev.sluice.sse;

import dev.sluice.contract.event.DataKind;
import dev.sluice.contract.event.Event;
import dev.sluice.fanout.session.BodyFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The payload as published, as an event stream shows it (WHATWG HTML, "Server-sent events"): all of a block but its {@code
 * id}. {@code event} is the type, and left out for {@code message}; binary data is base64.
 */
enum SseDataBody implements BodyFormat {
    INSTANCE;

    @Override
    public byte[] encode(Event event, long logTime) {
        var out = new ByteArrayOutputStream(event.size() + 64);
        SseText.type(out, event.type());
        byte[] data = event.data();
        if (data == null) {
            SseText.noData(out);
        } else {
            SseText.data(
                    out,
                    DataKind.of(event) == DataKind.BINARY ? Base64.getEncoder().encode(data) : data);
        }
        out.writeBytes("\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
