package dev.sluice.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Reason;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SocketOutletTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final SocketOutlet outlet = new SocketOutlet(channel, Envelope.NONE);

    SocketOutletTest() {
        channel.pipeline().addFirst(outlet);
    }

    private String frame() {
        ByteBuf frame = channel.readOutbound();
        assertThat(frame).isNotNull();
        try {
            int opcode = frame.readUnsignedByte();
            assertThat(frame.readUnsignedByte()).as("length").isEqualTo((short) frame.readableBytes());
            return switch (opcode) {
                case 0x88 -> "close " + frame.readUnsignedShort() + " " + frame.toString(StandardCharsets.UTF_8);
                case 0x8A -> "pong " + frame.toString(StandardCharsets.UTF_8);
                default -> throw new AssertionError("opcode " + opcode);
            };
        } finally {
            frame.release();
        }
    }

    @Test
    void shouldSayWhyItClosesAndWaitForTheClient() {
        var told = outlet.end(new Control.Close(Reason.TOO_LARGE, Duration.ZERO));
        assertThat(frame()).isEqualTo("close 1009 too-large");
        assertThat(told).isCompleted();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void shouldCloseAtOnceForWhoBreaksTheProtocol() {
        outlet.fail(WebSocketCloseStatus.PROTOCOL_ERROR);
        assertThat(frame()).isEqualTo("close 1002 Protocol error");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldSayItOnce() {
        outlet.end(new Control.Close(Reason.DRAINING, Duration.ZERO));
        outlet.fail(WebSocketCloseStatus.PROTOCOL_ERROR);
        assertThat(frame()).startsWith("close 1012");
        ByteBuf more = channel.readOutbound();
        assertThat(more == null || !more.isReadable()).isTrue();
    }

    @Test
    void shouldAnswerAPingWithWhatItSays() {
        outlet.pong(Unpooled.copiedBuffer("are you there", StandardCharsets.US_ASCII));
        outlet.flush();
        assertThat(frame()).isEqualTo("pong are you there");
    }
}
