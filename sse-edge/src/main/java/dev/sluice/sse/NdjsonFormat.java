package dev.sluice.sse;

import dev.sluice.edge.format.CloudEventsBody;
import dev.sluice.edge.format.ControlJson;
import dev.sluice.edge.request.Fields;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** One structured CloudEvent a line, with the cursor as an extension. */
record NdjsonFormat(Fields fields) implements FrameFormat {
    private static final byte[] NO_LABEL = {};

    @Override
    public BodyFormat body() {
        return CloudEventsBody.INSTANCE;
    }

    @Override
    public byte[] label(String subscription) {
        return NO_LABEL;
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor) {
        CloudEventsBody.withCursor(out, CloudEventsBody.of(body, fields), cursor);
        out.writeByte('\n');
    }

    @Override
    public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
        ByteBufUtil.writeUtf8(out, ControlJson.cloudEvent(control, cursor).toString());
        out.writeByte('\n');
    }
}
