package dev.sluice.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Reason;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Envelope;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SocketOutletTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    /** As Vert.x does amid a read: it writes, and flushes when the read is over. */
    private ServerWebSocket socket() {
        return (ServerWebSocket) Proxy.newProxyInstance(
                ServerWebSocket.class.getClassLoader(),
                new Class<?>[] {ServerWebSocket.class},
                (socket, method, in) -> {
                    assertThat(method.getName()).isEqualTo("close");
                    channel.write(new CloseWebSocketFrame((short) in[0], (String) in[1]));
                    return Future.succeededFuture();
                });
    }

    /** A frame may fail in the same read as one before it that was sound: then Vert.x closes the socket before that read is over. */
    @Test
    void shouldSayWhyItClosesBeforeAnybodyClosesTheSocket() {
        var outlet = new SocketOutlet(socket(), channel, Envelope.NONE);
        channel.pipeline().addFirst(outlet);
        outlet.end(new Control.Close(Reason.TOO_LARGE, Duration.ZERO));
        channel.close();
        CloseWebSocketFrame close = channel.readOutbound();
        assertThat(close).isNotNull();
        assertThat(close.statusCode()).isEqualTo(1009);
        close.release();
    }
}
