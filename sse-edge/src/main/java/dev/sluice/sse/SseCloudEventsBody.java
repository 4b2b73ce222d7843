package dev.sluice.sse;

import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.edge.format.CloudEventsBody;
import dev.sluice.edge.request.Fields;
import dev.sluice.fanout.session.BodyFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** As {@link SseDataBody}, with the whole event as structured CloudEvents JSON for data. */
enum SseCloudEventsBody implements BodyFormat {
    INSTANCE;

    private static final int DATA = "data: ".length();
    private static final int END = "\n\n".length();

    /** The block with no more attributes than were asked for and a CloudEvent has to have. */
    static byte[] of(byte[] block, Fields fields) {
        return fields.all() ? block : with(block, true, object -> CloudEventsBody.of(object, fields));
    }

    /** The block with the attributes that were asked for. */
    static byte[] attributes(byte[] block, Fields fields) {
        return fields.all()
                ? block
                : with(block, fields.has("type"), object -> CloudEventsBody.attributes(object, fields));
    }

    private static byte[] with(byte[] block, boolean type, UnaryOperator<byte[]> choice) {
        int line = SseText.lengthOfType(block);
        byte[] object = choice.apply(Arrays.copyOfRange(block, line + DATA, block.length - END));
        var out = new ByteArrayOutputStream(line + DATA + object.length + END);
        out.write(block, type ? 0 : line, (type ? line : 0) + DATA);
        out.writeBytes(object);
        out.write(block, block.length - END, END);
        return out.toByteArray();
    }

    @Override
    public byte[] encode(Event event, long logTime) {
        var out = new ByteArrayOutputStream(event.size() + 512);
        SseText.type(out, event.type());
        SseText.data(out, JsonEvents.write(event));
        out.writeBytes("\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
