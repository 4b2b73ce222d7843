package dev.sluice.edge.proto;

import com.google.protobuf.ByteString;
import dev.sluice.contract.v1.Notification;
import dev.sluice.edge.request.Fields;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;

/** A stream of {@code Notification}s: what {@code StreamUpdates} answers. */
public record NotificationFormat(Framing framing, Fields fields) implements FrameFormat {
    private static final byte[] NO_LABEL = {};

    @Override
    public BodyFormat body() {
        return NotificationBody.INSTANCE;
    }

    @Override
    public byte[] label(String subscription) {
        return NO_LABEL;
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] shared, byte[] cursor) {
        byte[] body = NotificationFields.choose(shared, fields);
        framing.header(out, body.length + ProtoFields.size(cursor));
        out.writeBytes(body);
        ProtoFields.write(out, Notification.CURSOR_FIELD_NUMBER, cursor);
    }

    @Override
    public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
        byte[] message = Notification.newBuilder()
                .setType("sluice." + control.kind())
                .setSource("/sluice")
                .setCursorBytes(ByteString.copyFrom(cursor))
                .setControl(ProtoControls.of(control))
                .build()
                .toByteArray();
        framing.header(out, message.length);
        out.writeBytes(message);
    }
}
