package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandshakeDeadlineTest {
    private final AtomicInteger late = new AtomicInteger();
    private final EmbeddedChannel channel = new EmbeddedChannel(false, false);

    @BeforeEach
    void accept() throws Exception {
        channel.freezeTime();
        HandshakeDeadline.on(channel, new Http2Heads.Bounds(10_000, 0, late::incrementAndGet, () -> {}));
        channel.register();
    }

    private HandshakeDeadline deadline() {
        return Objects.requireNonNull(HandshakeDeadline.of(channel));
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        // Another turn of the loop.
        channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void receive() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[1]));
    }

    @Test
    void shouldCloseWhoSendsNothing() {
        pass(9);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(late).hasValue(1);
    }

    /** It was the loop that had no time: what it reads before its next turn was there long ago. */
    @Test
    void shouldReadOnceMoreBeforeItCloses() {
        channel.advanceTimeBy(60, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();

        receive();
        deadline().requested();
        pass(3_600);

        assertThat(channel.isOpen()).isTrue();
        assertThat(late).hasValue(0);
    }

    @Test
    void shouldCloseWhoSendsAndSendsAndNeverComesToTheEnd() {
        for (int i = 0; i < 10; i++) {
            receive();
            pass(1);
        }
        assertThat(channel.isOpen()).isFalse();
        assertThat(late).hasValue(1);
    }

    @Test
    void shouldLetTheAnswerTakeItsTime() {
        receive();
        deadline().requested();
        pass(3_600);
        receive();
        pass(3_600);
        assertThat(channel.isOpen()).isTrue();
        assertThat(late).hasValue(0);
    }

    @Test
    void shouldLetAConnectionRestBetweenRequestsAndBoundEach() {
        deadline().requested();
        deadline().answered();
        pass(3_600);
        assertThat(channel.isOpen()).isTrue();
        receive();
        pass(9);
        deadline().requested();
        deadline().answered();
        receive();
        pass(9);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldLeaveAConnectionThatIsNoLongerItsBusiness() {
        deadline().leave(channel);
        receive();
        pass(3_600);
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.pipeline().get(HandshakeDeadline.class)).isNull();
        assertThat(HandshakeDeadline.of(channel)).isNull();
    }

    @Test
    void shouldNotCountWhoLeavesByHimself() {
        channel.close();
        pass(10);
        assertThat(late).hasValue(0);
    }
}
