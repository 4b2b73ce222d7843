package dev.sluice.fanout.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** One line a frame (see {@link Frame}), optionally as wide as what a session gathers before it asks its socket again. */
class LineFormat implements FrameFormat {
    static final LineFormat NARROW = new LineFormat(0);
    static final LineFormat WIDE = new LineFormat(70_000);
    /** Names its subscription only where there are several. */
    static final LineFormat BARE = new LineFormat(0) {
        @Override
        public boolean alwaysNames() {
            return false;
        }
    };

    static final BodyFormat BODY = (event, logTime) -> ascii(event.channel() + "|" + event.id());

    private final int width;

    LineFormat(int width) {
        this.width = width;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public BodyFormat body() {
        return BODY;
    }

    @Override
    public byte[] label(String subscription) {
        return ascii(subscription);
    }

    @Override
    public void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor) {
        out.writeBytes(ascii("event|"))
                .writeBytes(label)
                .writeByte('|')
                .writeBytes(body)
                .writeByte('|')
                .writeBytes(cursor)
                .writeBytes(ascii(" ".repeat(width) + "\n"));
    }

    @Override
    public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
        String text = "";
        if (control instanceof Control.Gap gap) {
            text = gap.reason().code() + " " + gap.from() + " " + gap.to();
        } else if (control instanceof Control.Close close) {
            text = close.reason().code() + " " + close.reconnectAfter().toMillis();
        } else if (control instanceof Control.Expiring expiring) {
            text = expiring.tokenExpires().toString();
        } else if (control instanceof Control.Heartbeat heartbeat) {
            text = heartbeat.moved() ? "moved" : "still";
        } else if (control instanceof Control.Open open) {
            text = open.heartbeatInterval().toString();
        }
        out.writeBytes(ascii(control.kind() + "|"))
                .writeBytes(label)
                .writeBytes(ascii("||" + text + "|"))
                .writeBytes(cursor)
                .writeByte('\n');
    }
}
