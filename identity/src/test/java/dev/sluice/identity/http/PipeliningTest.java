package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipeliningTest {
    private static final int MOST = 100;

    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void begin() {
        channel.pipeline().addLast("handler", new ChannelInboundHandlerAdapter());
        Pipelining.bound(channel);
        Pipelining.bound(channel);
    }

    private void ask(int requests) {
        for (int i = 0; i < requests; i++) {
            channel.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
        }
    }

    private void answer(HttpResponseStatus status) {
        channel.pipeline().context("handler").writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
    }

    @Test
    void shouldCutWhoAsksWithoutWaitingForAnswers() {
        ask(MOST - 1);
        assertThat(channel.isOpen()).isTrue();
        ask(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.inboundMessages()).hasSize(MOST - 1);
    }

    @Test
    void shouldLetWhoeverIsAnsweredGoOn() {
        for (int i = 0; i < 10 * MOST; i++) {
            ask(1);
            answer(HttpResponseStatus.OK);
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void shouldNotTakeAnInformationForAnAnswer() {
        ask(MOST - 1);
        answer(HttpResponseStatus.CONTINUE);
        assertThat(channel.isOpen()).isTrue();
        ask(1);
        assertThat(channel.isOpen()).isFalse();
    }
}
