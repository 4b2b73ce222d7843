package dev.sluice.ws;

import dev.sluice.edge.http.ResponseOutlet;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/**
 * The one place below WebSockets Next and Vert.x: frames that are encoded already go to the channel as they are. Through their
 * API each message would be one more frame object, promise and flush a client ({@code bench/} has the figures), and what a
 * stuck client is sent would queue without bound. On the socket's event loop.
 */
final class SocketOutlet extends ChannelInboundHandlerAdapter implements Outlet {
    private final ServerWebSocket socket;
    private final Channel channel;
    private final boolean deflating;
    private final boolean text;
    private @Nullable Session session;

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
        channel.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(
                        ResponseOutlet.WRITE_QUEUE_BYTES / 2, ResponseOutlet.WRITE_QUEUE_BYTES));
        channel.pipeline().addLast("sluice-drain", this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        super.channelWritabilityChanged(context);
        if (channel.isWritable() && session != null) {
            session.drained();
            // A client that asked faster than it read its answers may go on (see Inbox).
            socket.resume();
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
            channel.writeAndFlush(frames, channel.voidPromise());
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
                channel.write(text ? new TextWebSocketFrame(message) : new BinaryWebSocketFrame(message));
            }
            channel.flush();
        } finally {
            frames.release();
        }
    }

    @Override
    public void end(Control.Close close) {
        socket.close((short) close.reason().webSocketCloseCode(), close.reason().code());
    }
}
