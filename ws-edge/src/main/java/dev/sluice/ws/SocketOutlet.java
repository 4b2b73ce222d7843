package dev.sluice.ws;

import dev.sluice.edge.transport.ChannelOutlet;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Envelope;
import dev.sluice.fanout.session.Session;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.CompletionStage;

/**
 * A WebSocket as a session's socket: frames that are encoded already go below WebSockets Next and Vert.x. Through their API each
 * message would be one more frame object, promise and flush a client ({@code bench/} has the figures), and what a stuck client is sent
 * would queue without bound. On the socket's event loop.
 */
final class SocketOutlet extends ChannelOutlet {
    private final ServerWebSocket socket;
    private final Envelope envelope;

    /** @param envelope what is made of messages */
    SocketOutlet(ServerWebSocket socket, Channel channel, Envelope envelope) {
        super(channel);
        this.socket = socket;
        this.envelope = envelope;
    }

    void attach(Session session) {
        take(session);
    }

    @Override
    protected void drained(Session session) {
        super.drained(session);
        // A client that asked faster than it read its answers may go on (see Inbox).
        socket.resume();
    }

    @Override
    public Envelope envelope() {
        return envelope;
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        LastWords.begin(channel());
        CompletionStage<Void> end = socket.close(
                        (short) close.reason().webSocketCloseCode(),
                        close.reason().code())
                .toCompletionStage();
        // Amid a read Vert.x would flush at its end; but when it was a frame of that read that failed, it closes
        // before.
        flush();
        return end;
    }

    /** Ends the connection because of what the client sent (RFC 6455, section 7.1.7). Vert.x would leave out the close frame. */
    void fail(WebSocketCloseStatus status) {
        // From here, because Vert.x would wait for the client to answer.
        ChannelHandlerContext first = channel().pipeline().context(this);
        LastWords.begin(channel());
        channel().writeAndFlush(new CloseWebSocketFrame(status)).addListener(written -> first.close());
    }
}
