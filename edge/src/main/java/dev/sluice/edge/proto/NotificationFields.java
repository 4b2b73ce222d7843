package dev.sluice.edge.proto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.sluice.contract.v1.Notification;
import dev.sluice.edge.request.Fields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Chooses fields of a {@code Notification} that was encoded with all of them, as {@code JsonMembers} does in JSON. */
final class NotificationFields {
    private static final int ATTRIBUTE =
            Notification.ATTRIBUTES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private NotificationFields() {}

    /** The payload and the attributes that were asked for. */
    static byte[] choose(byte[] body, Fields fields) {
        if (fields.all()) {
            return body;
        }
        var out = new ByteArrayOutputStream(body.length);
        var in = CodedInputStream.newInstance(body);
        try {
            int start = 0;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                boolean wanted = isWanted(WireFormat.getTagFieldNumber(tag), fields)
                        || (tag == ATTRIBUTE && fields.has(key(body, in.getTotalBytesRead())));
                in.skipField(tag);
                int end = in.getTotalBytesRead();
                if (wanted) {
                    out.write(body, start, end - start);
                }
                start = end;
            }
        } catch (IOException bug) {
            throw new IllegalStateException("a notification of our own can't be read", bug);
        }
        return out.toByteArray();
    }

    private static boolean isWanted(int field, Fields fields) {
        return switch (field) {
            case Notification.PAYLOAD_FIELD_NUMBER -> true;
            case Notification.ID_FIELD_NUMBER -> fields.has("id");
            case Notification.TYPE_FIELD_NUMBER -> fields.has("type");
            case Notification.TIMESTAMP_FIELD_NUMBER -> fields.has("time");
            case Notification.CHANNEL_FIELD_NUMBER -> fields.has("channel");
            case Notification.SOURCE_FIELD_NUMBER -> fields.has("source");
            case Notification.CONTENT_TYPE_FIELD_NUMBER -> fields.has("datacontenttype");
            default -> false;
        };
    }

    /** Of an entry of the map: its first field. */
    private static String key(byte[] body, int entry) throws IOException {
        var in = CodedInputStream.newInstance(body, entry, body.length - entry);
        in.readRawVarint32();
        in.readTag();
        return in.readString();
    }
}
