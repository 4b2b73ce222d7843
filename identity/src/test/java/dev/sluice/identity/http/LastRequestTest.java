package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LastRequestTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void begin() {
        channel.pipeline().addLast(new LastRequest.End());
        channel.pipeline().addLast("handler", new ChannelInboundHandlerAdapter());
    }

    private void answer(Object part) {
        channel.pipeline().context("handler").writeAndFlush(part);
    }

    private static DefaultFullHttpResponse whole(HttpResponseStatus status) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"close, TE", "TE,close", "Upgrade, HTTP2-Settings , Close", "keep-alive, close", "close,"})
    void shouldFindItAmongOthers(String options) {
        assertThat(LastRequest.isLast(options)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "keep-alive", "closed, TE", "TE, x-close", "disclose,"})
    void shouldNotTakeAnotherWordForIt(String options) {
        assertThat(LastRequest.isLast(options)).isFalse();
    }

    @Test
    void shouldCloseAndSaySoWithTheAnswer() {
        answer(whole(HttpResponseStatus.OK));
        assertThat(channel.isOpen()).isFalse();
        HttpResponse sent = channel.readOutbound();
        assertThat(sent.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
    }

    @Test
    void shouldCloseWhereALongAnswerEnds() {
        answer(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        answer(new DefaultHttpContent(channel.alloc().buffer().writeByte('a')));
        assertThat(channel.isOpen()).isTrue();
        answer(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"100", "101", "103"})
    void shouldNotTakeAnInformationForTheAnswer(int status) {
        answer(whole(HttpResponseStatus.valueOf(status)));
        assertThat(channel.isOpen()).isTrue();
        HttpResponse sent = channel.readOutbound();
        assertThat(sent.headers().contains(HttpHeaderNames.CONNECTION)).isFalse();
    }

    @Test
    void shouldReadTheRestOfTheRequestAndNoOther() {
        var body = new DefaultHttpContent(channel.alloc().buffer().writeByte('a'));
        channel.writeInbound(body, LastHttpContent.EMPTY_LAST_CONTENT);
        channel.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
        channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(channel.inboundMessages()).containsExactly(body, LastHttpContent.EMPTY_LAST_CONTENT);
    }
}
