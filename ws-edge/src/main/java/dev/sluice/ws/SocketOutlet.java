package dev.sluice.ws;

import dev.sluice.edge.http.ResponseOutlet;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one place below WebSockets Next and Vert.x: frames that are encoded already go to the channel as they are. Through their
 * API each message would be one more frame object, promise and flush a client ({@code bench/} has the figures), and what a
 * stuck client is sent would queue without bound. On the socket's event loop.
 */
final class SocketOutlet extends ChannelInboundHandlerAdapter implements Outlet {
    private static final Logger LOG = Logger.getLogger(SocketOutlet.class);

    private final ServerWebSocket socket;
    private final Channel channel;
    private final boolean deflating;
    private final boolean text;
    private @Nullable Session session;
    private long written;
    private long taken;
    private final ChannelFutureListener onTaken = this::taken;

    /**
     * @param deflating whether permessage-deflate was negotiated, so that frames have to pass its encoder
     * @param text whether the messages are text
     */
    SocketOutlet(ServerWebSocket socket, Channel channel, boolean deflating, boolean text) {
        this.socket = socket;
        this.channel = channel;
        this.deflating = deflating;
        this.text = text;
    }

    void attach(Session opened) {
        session = opened;
        Connections.keepKernelQueueShort(channel);
        channel.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(
                        ResponseOutlet.WRITE_QUEUE_BYTES / 2, ResponseOutlet.WRITE_QUEUE_BYTES));
        // First, because Vert.x's own handler does not pass on that the channel is writable again.
        channel.pipeline().addFirst("sluice-drain", this);
        if (!channel.isActive()) {
            opened.disconnected();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        Session opened = session;
        if (opened != null) {
            opened.disconnected();
        }
        super.channelInactive(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        super.channelWritabilityChanged(context);
        Session opened = session;
        if (channel.isWritable() && opened != null) {
            // Not within a write, which may be what this is told in.
            channel.eventLoop().execute(() -> {
                opened.drained();
                // A client that asked faster than it read its answers may go on (see Inbox).
                socket.resume();
            });
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void write(ByteBuf frames) {
        if (deflating) {
            writeMessages(frames);
        } else {
            writeRaw(frames);
        }
    }

    /** In pieces, so that one large event does not look like a standstill on a slow connection. */
    private void writeRaw(ByteBuf frames) {
        while (frames.readableBytes() > ResponseOutlet.PIECE_BYTES) {
            count(channel.write(frames.readRetainedSlice(ResponseOutlet.PIECE_BYTES)));
        }
        count(channel.writeAndFlush(frames));
    }

    private void count(ChannelFuture write) {
        written++;
        write.addListener(onTaken);
    }

    private void taken(ChannelFuture done) {
        taken++;
        if (!done.isSuccess() && channel.isActive()) {
            // There is a hole in the stream now, because memory ran out for example, and the client must not read on
            // behind it.
            LOG.warnf(done.cause(), "A piece of a stream could not be written; the connection is cut");
            Connections.cut(channel);
        }
    }

    private void writeMessages(ByteBuf frames) {
        try {
            while (frames.isReadable()) {
                frames.skipBytes(1);
                int length = frames.readUnsignedByte();
                if (length == 126) {
                    length = frames.readUnsignedShort();
                } else if (length == 127) {
                    length = (int) frames.readLong();
                }
                ByteBuf message = frames.readRetainedSlice(length);
                count(channel.write(text ? new TextWebSocketFrame(message) : new BinaryWebSocketFrame(message)));
            }
            channel.flush();
        } finally {
            frames.release();
        }
    }

    @Override
    public boolean isWaiting() {
        return written > taken;
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        LastWords.begin(channel);
        return socket.close(
                        (short) close.reason().webSocketCloseCode(),
                        close.reason().code())
                .toCompletionStage();
    }

    /** Ends the connection because of what the client sent (RFC 6455, section 7.1.7). Vert.x would leave out the close frame. */
    void fail(WebSocketCloseStatus status) {
        // From here, because Vert.x would wait for the client to answer.
        ChannelHandlerContext first = channel.pipeline().context(this);
        LastWords.begin(channel);
        channel.writeAndFlush(new CloseWebSocketFrame(status)).addListener(written -> first.close());
    }

    @Override
    public void abort() {
        Connections.cut(channel);
    }
}
