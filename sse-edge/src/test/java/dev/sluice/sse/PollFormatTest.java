package dev.sluice.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.request.Fields;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.GapReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PollFormatTest {
    private final PollFormat format = new PollFormat(2, Fields.ALL);
    private final ByteBuf out = Unpooled.buffer();

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void event(String id) {
        format.event(out, format.label("s"), ascii("{\"id\":\"" + id + "\"}"), ascii("after" + id));
    }

    private void gap() {
        format.control(out, new byte[0], new Control.Gap(GapReason.EXPIRED, "A", "B"), ascii("B"));
    }

    private String answer() {
        return "{\"events\":[" + out.toString(StandardCharsets.US_ASCII) + format.tail();
    }

    @Test
    void shouldStopAtTheLimitAndGoOnAfterTheLastEventThatItTook() {
        format.moveTo(ascii("start"));
        event("1");
        assertThat(format.isFull()).isFalse();
        event("2");
        event("3");
        format.control(out, new byte[0], Control.Heartbeat.MOVED, ascii("later"));

        assertThat(format.isFull()).isTrue();
        assertThat(answer())
                .isEqualTo("{\"events\":[{\"id\":\"1\",\"cursor\":\"after1\"},{\"id\":\"2\",\"cursor\":\"after2\"}],"
                        + "\"cursor\":\"after2\"}");
    }

    @Test
    void shouldMoveOnWithAHeartbeatWithoutCallingItNews() {
        format.moveTo(ascii("start"));
        format.control(out, new byte[0], Control.Heartbeat.MOVED, ascii("later"));

        assertThat(format.hasNews()).isFalse();
        assertThat(answer()).isEqualTo("{\"events\":[],\"cursor\":\"later\"}");
    }

    @Test
    void shouldTellAGapBeforeTheEventsAfterIt() {
        gap();
        event("1");

        assertThat(answer())
                .endsWith("\"cursor\":\"after1\",\"gap\":{\"reason\":\"expired\",\"from\":\"A\",\"to\":\"B\"}}");
    }

    @Test
    void shouldLeaveAGapBehindEventsToTheNextPoll() {
        event("1");
        gap();
        event("2");

        assertThat(answer()).isEqualTo("{\"events\":[{\"id\":\"1\",\"cursor\":\"after1\"}],\"cursor\":\"after1\"}");
    }
}
