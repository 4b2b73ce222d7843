package dev.sluice.ws;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.conversation.Conversation;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.limit.InboundRate;
import dev.sluice.fanout.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the client sends: puts frames together to messages within a bound, and hands them to the conversation; answers pings. On the
 * socket's event loop.
 */
final class Inbox extends SimpleChannelInboundHandler<WebSocketFrame> {
    /** Room for the largest event in base64 and what is around it. */
    static final int MOST_BYTES = 512 * 1024;

    private static final int SMALL_PIECE_BYTES = 1024;
    private static final Duration AFTER_TOO_FAST = Duration.ofSeconds(2);
    private static final Problem TOO_LARGE = Problem.of(
                    Reason.TOO_LARGE, "a message has at most " + MOST_BYTES + " bytes")
            .beyond(Limit.MESSAGE_SIZE);

    private static final Logger LOG = Logger.getLogger(Inbox.class);

    private final SocketOutlet outlet;
    private final Subprotocol subprotocol;
    private final Session session;
    private final Conversation conversation;
    private final InboundRate rate;
    /** Of a message in pieces those that have come; on the heap, so that nobody has to release it. */
    private @Nullable ByteBuf pieces;

    private boolean text;
    /** The refusal of the message, when some of it came too fast. */
    private Optional<Problem> tooFast = Optional.empty();

    Inbox(SocketOutlet outlet, Subprotocol subprotocol, Session session, Conversation conversation, InboundRate rate) {
        this.outlet = outlet;
        this.subprotocol = subprotocol;
        this.session = session;
        this.conversation = conversation;
        this.rate = rate;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Pongs.
        outlet.flush();
        context.fireChannelReadComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (session.isClosed()) {
            LOG.debugf(cause, "What a client sends is wrong, and its session over");
        } else if (cause instanceof DecompressionException) {
            tooLarge();
        } else if (cause instanceof CorruptedWebSocketFrameException violation) {
            session.countRefusal(Problem.of(Reason.MALFORMED, "this breaks RFC 6455"));
            outlet.fail(violation.closeStatus());
            session.disconnected();
        } else {
            LOG.warn("What a client sent could not be read; the connection is cut", cause);
            outlet.abort();
        }
    }

    private void tooLarge() {
        session.countRefusal(TOO_LARGE);
        session.close(Reason.TOO_LARGE, Duration.ZERO);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (session.isClosed()) {
            return;
        }
        boolean first = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        boolean data = first || frame instanceof ContinuationWebSocketFrame;
        boolean piece = data && !frame.isFinalFragment();
        int length = frame.content().readableBytes();
        // Pieces of a message count where they are so small that a flood of them would cost as much as one of messages.
        boolean small = length < SMALL_PIECE_BYTES;
        Optional<Problem> refusal = rate.take(piece && !small ? 0 : 1, length);
        if (refusal.isPresent() && (!data || piece && small)) {
            // There is no operation that could be answered.
            session.countRefusal(refusal.get());
            session.close(Reason.LIMITED, AFTER_TOO_FAST);
            return;
        }
        if (!data) {
            if (frame instanceof PingWebSocketFrame) {
                outlet.pong(frame.content());
            }
            return;
        }
        if (first) {
            text = frame instanceof TextWebSocketFrame;
            tooFast = Optional.empty();
        }
        tooFast = tooFast.or(() -> refusal);
        if (length + (pieces == null ? 0 : pieces.readableBytes()) > MOST_BYTES) {
            tooLarge();
            return;
        }
        if (piece || pieces != null) {
            if (pieces == null) {
                pieces = Unpooled.buffer(length);
            }
            pieces.writeBytes(frame.content());
        }
        if (!piece) {
            byte[] whole = ByteBufUtil.getBytes(pieces == null ? frame.content() : pieces);
            pieces = null;
            received(whole);
            outlet.pauseUnlessWritable();
        }
    }

    private void received(byte[] whole) {
        if (text != subprotocol.isText()) {
            conversation.refuse(
                    "",
                    Problem.malformed(
                            "message",
                            "messages of " + subprotocol.name() + " are "
                                    + (subprotocol.isText() ? "text" : "binary")));
            return;
        }
        try {
            Operation operation = subprotocol.read(whole);
            tooFast.ifPresentOrElse(
                    refusal -> conversation.refuse(operation.id(), refusal), () -> conversation.handle(operation));
        } catch (Subprotocol.Unreadable unreadable) {
            if (text && !ByteBufUtil.isText(Unpooled.wrappedBuffer(whole), StandardCharsets.UTF_8)) {
                // RFC 6455, section 8.1: not an error like others.
                session.countRefusal(unreadable.refusal().problem());
                outlet.fail(WebSocketCloseStatus.INVALID_PAYLOAD_DATA);
                session.disconnected();
                return;
            }
            conversation.refuse(unreadable.id(), unreadable.refusal().problem());
        }
    }
}
