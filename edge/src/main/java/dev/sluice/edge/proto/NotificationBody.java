package dev.sluice.edge.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.ProtoEvents;
import dev.sluice.contract.v1.Notification;
import dev.sluice.fanout.session.BodyFormat;
import java.time.Instant;

/** An event as {@code Notification}, but for the cursor, which a frame adds: fields of a message may stand in any order. */
public enum NotificationBody implements BodyFormat {
    INSTANCE;

    @Override
    public byte[] encode(Event event, long logTime) {
        Instant time = event.time();
        var notification = Notification.newBuilder()
                .setId(event.id())
                .setType(event.type())
                .setTimestamp(time == null ? logTime : time.toEpochMilli())
                .setChannel(event.channel().name())
                .setSource(event.source())
                .putAllAttributes(ProtoEvents.furtherAttributes(event));
        byte[] data = event.data();
        notification.setPayload(data == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(data));
        if (event.contentType() != null) {
            notification.setContentType(event.contentType());
        }
        return notification.build().toByteArray();
    }
}
