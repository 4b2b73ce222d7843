package dev.sluice.edge.format;

import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.fanout.session.BodyFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** The event as structured CloudEvents JSON: one object, to which a frame may add members before the last brace. */
public enum CloudEventsBody implements BodyFormat {
    INSTANCE;

    private static final byte[] CURSOR = ",\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);

    @Override
    public byte[] encode(Event event, long logTime) {
        return JsonEvents.write(event);
    }

    /** Writes the object with the cursor as a further attribute. */
    public static void withCursor(ByteBuf out, byte[] body, byte[] cursor) {
        out.writeBytes(body, 0, body.length - 1).writeBytes(CURSOR).writeBytes(cursor);
        ByteBufUtil.writeAscii(out, "\"}");
    }
}
