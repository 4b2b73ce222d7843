package dev.sluice.edge.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.ServerMessage;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProtoFormatsTest {
    private static final Framing NO_FRAMING = (out, length) -> {};

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] written(FrameFormat format, String label, byte[] data) {
        var event = new Event(
                new Channel("a.b"),
                "1",
                "/s",
                "t",
                null,
                "sub",
                "text/plain",
                null,
                Map.of("region", "eü", "other", "x"),
                data);
        var out = Unpooled.buffer();
        format.event(out, format.label(label), format.body().encode(event, 7), ascii("CUR"));
        return ByteBufUtil.getBytes(out);
    }

    private static Notification notification(Fields fields) throws InvalidProtocolBufferException {
        return Notification.parseFrom(written(new NotificationFormat(NO_FRAMING, fields), "s", ascii("hello")));
    }

    @Test
    void shouldSendNoMoreAttributesThanWereAskedFor() throws InvalidProtocolBufferException {
        Notification all = notification(Fields.ALL);
        assertThat(all.getAttributesMap()).containsOnlyKeys("subject", "region", "other");

        var payload = Notification.newBuilder().setPayload(all.getPayload()).setCursor("CUR");
        assertThat(notification(Fields.NONE)).isEqualTo(payload.build());
        assertThat(notification(
                        new Fields(false, Set.of("id", "time", "region", "subject", "datacontenttype", "nothing"))))
                .isEqualTo(payload.clone()
                        .setId("1")
                        .setTimestamp(7)
                        .setContentType("text/plain")
                        .putAttributes("region", "eü")
                        .putAttributes("subject", "sub")
                        .build());
        assertThat(notification(new Fields(false, Set.of("source", "channel", "type"))))
                .isEqualTo(payload.clone()
                        .setSource("/s")
                        .setChannel("a.b")
                        .setType("t")
                        .build());
    }

    /** Where there is nothing in it, it is an event all the same. */
    @Test
    void shouldStillBeAnEventWithoutAttributesAndPayload() throws InvalidProtocolBufferException {
        FrameFormat format = new ServerMessageDialect(NO_FRAMING).events(Form.DATA, Fields.NONE);
        assertThat(ServerMessage.parseFrom(written(format, "", new byte[0])))
                .isEqualTo(ServerMessage.newBuilder()
                        .setCursor("CUR")
                        .setEvent(Notification.getDefaultInstance())
                        .build());
        assertThat(format.alwaysNames()).isFalse();
    }
}
