package dev.sluice.edge.format;

import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.edge.request.Fields;
import dev.sluice.fanout.session.BodyFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Predicate;

/** The event as structured CloudEvents JSON: one object, to which a frame may add members before the last brace. */
public enum CloudEventsBody implements BodyFormat {
    INSTANCE;

    private static final byte[] CURSOR = ",\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);

    @Override
    public byte[] encode(Event event, long logTime) {
        return JsonEvents.write(event);
    }

    /** What makes a CloudEvent, and its data readable, whatever a client chooses. */
    private static final Set<String> REQUIRED = Set.of("specversion", "id", "source", "type", "datacontenttype");

    /** The object with no more attributes than were asked for and a CloudEvent has to have. */
    public static byte[] of(byte[] body, Fields fields) {
        return fields.all() ? body : object(body, name -> REQUIRED.contains(name) || fields.has(name));
    }

    /** The object with the attributes that were asked for and the data, which need not be a CloudEvent any more. */
    public static byte[] attributes(byte[] body, Fields fields) {
        return fields.all() ? body : object(body, fields::has);
    }

    private static byte[] object(byte[] body, Predicate<String> wanted) {
        byte[] members = JsonMembers.choose(body, 1, body.length - 1, wanted);
        byte[] object = new byte[members.length + 2];
        object[0] = '{';
        System.arraycopy(members, 0, object, 1, members.length);
        object[object.length - 1] = '}';
        return object;
    }

    /** Writes the object with the cursor as a further attribute. */
    public static void withCursor(ByteBuf out, byte[] body, byte[] cursor) {
        out.writeBytes(body, 0, body.length - 1).writeBytes(CURSOR).writeBytes(cursor);
        ByteBufUtil.writeAscii(out, "\"}");
    }
}
