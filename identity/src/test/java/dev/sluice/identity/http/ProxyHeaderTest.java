package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String REQUEST = "GET /v1/stream HTTP/1.1\r\n\r\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private final EmbeddedChannel channel = new EmbeddedChannel(new ProxyHeader());

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 13, 1_000})
    void shouldTakeAHeaderAwayHoweverItIsCut(int piece) {
        send("PROXY TCP6 2001:db8::1 2001:db8::2 4711 443\r\n" + REQUEST, piece);

        assertThat(handedOn()).isEqualTo(REQUEST);
        assertThat(origin()).hasValueSatisfying(address -> {
            assertThat(address.host()).isEqualTo("2001:db8::1");
            assertThat(address.port()).isEqualTo(4711);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1_000})
    void shouldLeaveAloneWhatHasNoHeader(int piece) {
        send(REQUEST, piece);

        assertThat(handedOn()).isEqualTo(REQUEST);
        assertThat(origin()).isEmpty();
    }

    @Test
    void shouldKeepTheAddressOfALoadBalancerThatSpeaksForItself() {
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(SIGNATURE + "20000000")));
        send(REQUEST, 1_000);

        assertThat(handedOn()).isEqualTo(REQUEST);
        assertThat(origin()).isEmpty();
    }

    @Test
    void shouldKeepTheAddressWhereTheHeaderHasNone() {
        send("PROXY UNKNOWN\r\n" + REQUEST, 1_000);

        assertThat(handedOn()).isEqualTo(REQUEST);
        assertThat(origin()).isEmpty();
    }

    @Test
    void shouldCloseAfterAGarbledHeader() {
        send("PROXY TCP4 one two three four\r\n" + REQUEST, 1_000);

        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"balancer.example", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.0/", "10.0.0", ""})
    void shouldSayWhatIsNoNetwork(String text) {
        ProxyProtocolConfig config = () -> Optional.of(List.of(text));

        assertThatThrownBy(() -> new ProxyProtocol(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sluice.proxy-protocol.from: " + text + " is no");
    }

    private void send(String text, int piece) {
        ByteBuf all = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        while (all.isReadable() && channel.isOpen()) {
            channel.writeInbound(all.readRetainedSlice(Math.min(piece, all.readableBytes())));
        }
        all.release();
    }

    private String handedOn() {
        var text = new StringBuilder();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            text.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return text.toString();
    }

    private Optional<SocketAddress> origin() {
        @Nullable
        SocketAddress address =
                channel.attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE).get();
        return Optional.ofNullable(address);
    }
}
