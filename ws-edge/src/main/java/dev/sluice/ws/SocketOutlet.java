package dev.sluice.ws;

import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.transport.ChannelOutlet;
import dev.sluice.edge.transport.Compression;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Envelope;
import dev.sluice.fanout.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.flow.FlowControlHandler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.VertxHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A WebSocket as a session's socket, from the handshake on without Vert.x: by its API each message would be one more frame object, promise
 * and flush a client ({@code bench/} has the figures), and what a stuck client is sent would queue without bound. What a client sends is
 * read by Netty's decoder. On the socket's event loop.
 */
final class SocketOutlet extends ChannelOutlet {
    private static final int CLOSE = 0x88;
    private static final int PONG = 0x8A;

    private final Envelope envelope;
    /** A close frame went out, and no frame may follow it (RFC 6455, section 5.5.1). */
    private boolean closing;

    /** @param envelope what is made of messages */
    SocketOutlet(Channel channel, Envelope envelope) {
        super(channel);
        this.envelope = envelope;
    }

    /**
     * Takes a connection from Vert.x whose handshake was answered. Not within a read.
     *
     * @param response to the handshake
     */
    static SocketOutlet of(HttpServerResponse response, Channel channel, Compression compression) {
        ChannelPipeline pipeline = channel.pipeline();
        boolean deflating = Deflation.isNegotiated(pipeline);
        var outlet = new SocketOutlet(channel, deflating ? new DeflatedMessages(compression.deflate()) : Envelope.NONE);
        outlet.take();
        outlet.leave(
                response.setStatusCode(101),
                handler -> handler instanceof WebSocketFrameDecoder || handler instanceof FlowControlHandler);
        outlet.addLast(new ReservedBits(deflating));
        if (deflating) {
            outlet.addLast(new Inflation(Inbox.MOST_BYTES));
        }
        outlet.addLast(outlet.new Closing());
        return outlet;
    }

    /** Vert.x's own handler stays the last one. */
    private void addLast(ChannelHandler handler) {
        ChannelPipeline pipeline = channel().pipeline();
        pipeline.addBefore(pipeline.context(VertxHandler.class).name(), null, handler);
    }

    EventLoop loop() {
        return channel().eventLoop();
    }

    /** @param inbox for what the client sends */
    void open(Session session, Inbox inbox) {
        serve(session);
        addLast(inbox);
    }

    /** There will be no session; the client is told in a close frame. */
    void refuse(Reason reason) {
        refuse(reason, reason.code());
    }

    /** @param detail of the reason */
    void refuse(Reason reason, String detail) {
        sayClose(reason.webSocketCloseCode(), detail, sent -> {});
        listen();
    }

    /** To the client, from now on; what it has sent in the meantime comes first. */
    void listen() {
        channel().config().setAutoRead(true);
        channel().pipeline().remove(FlowControlHandler.class);
    }

    /** A client that does not read its answers can't ask on: they would pile up here. */
    void pauseUnlessWritable() {
        if (!isWritable()) {
            channel().config().setAutoRead(false);
        }
    }

    @Override
    protected void drained(Session session) {
        super.drained(session);
        if (!closing) {
            channel().config().setAutoRead(true);
        }
    }

    @Override
    public Envelope envelope() {
        return envelope;
    }

    /** Answers a ping; to be flushed. */
    void pong(ByteBuf application) {
        control(PONG, application);
    }

    private void control(int firstByte, ByteBuf payload) {
        ByteBuf frame = channel().alloc().buffer(2 + payload.readableBytes());
        WebSocketFraming.header(frame, firstByte, payload.readableBytes());
        frame.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        write(frame, 0);
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        return sayClose(close.reason().webSocketCloseCode(), close.reason().code(), sent -> {});
    }

    /** Ends the connection because of what the client sent, whose answer is not waited for (RFC 6455, section 7.1.7). */
    void fail(WebSocketCloseStatus status) {
        sayClose(status.code(), status.reasonText(), ChannelHandlerContext::close);
    }

    private CompletionStage<Void> sayClose(int code, String reason, Consumer<ChannelHandlerContext> then) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        ByteBuf payload = channel().alloc().buffer(2 + text.length);
        payload.writeShort(code).writeBytes(text);
        try {
            return close(payload, then);
        } finally {
            payload.release();
        }
    }

    private CompletionStage<Void> close(ByteBuf payload, Consumer<ChannelHandlerContext> then) {
        LastWords.begin(channel());
        if (!closing) {
            closing = true;
            control(CLOSE, payload);
        }
        return flushAnd(then);
    }

    /** The client closes, or answers that (section 5.5.1): the connection ends, on this side first (section 7.1.1). */
    private final class Closing extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof CloseWebSocketFrame frame) {
                departed();
                var unused = close(frame.content(), ChannelHandlerContext::close);
                frame.release();
            } else {
                context.fireChannelRead(message);
            }
        }
    }
}
