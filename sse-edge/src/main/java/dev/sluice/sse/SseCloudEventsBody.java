package dev.sluice.sse;

import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.fanout.session.BodyFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** As {@link SseDataBody}, with the whole event as structured CloudEvents JSON for data. */
enum SseCloudEventsBody implements BodyFormat {
    INSTANCE;

    @Override
    public byte[] encode(Event event, long logTime) {
        var out = new ByteArrayOutputStream(event.size() + 512);
        SseText.type(out, event.type());
        SseText.data(out, JsonEvents.write(event));
        out.writeBytes("\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
