package dev.sluice.ws;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.conversation.Conversation;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.limit.InboundRate;
import dev.sluice.fanout.session.Session;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** What the client sends: puts frames together to messages within a bound, and hands them to the conversation. */
final class Inbox {
    /** Room for the largest event in base64 and what is around it. */
    static final int MOST_BYTES = 512 * 1024;

    private static final int SMALL_PIECE_BYTES = 1024;
    private static final Duration AFTER_TOO_FAST = Duration.ofSeconds(2);
    private static final Problem TOO_LARGE = Problem.of(
                    Reason.TOO_LARGE, "a message has at most " + MOST_BYTES + " bytes")
            .beyond(Limit.MESSAGE_SIZE);

    private final ServerWebSocket socket;
    private final SocketOutlet outlet;
    private final Subprotocol subprotocol;
    private final Session session;
    private final Conversation conversation;
    private final InboundRate rate;
    private Buffer message = Buffer.buffer();
    private boolean text;
    /** The refusal of the message, when some of it came too fast. */
    private Optional<Problem> tooFast = Optional.empty();

    Inbox(
            ServerWebSocket socket,
            SocketOutlet outlet,
            Subprotocol subprotocol,
            Session session,
            Conversation conversation,
            InboundRate rate) {
        this.socket = socket;
        this.outlet = outlet;
        this.subprotocol = subprotocol;
        this.session = session;
        this.conversation = conversation;
        this.rate = rate;
    }

    void attach() {
        socket.frameHandler(this::frame);
        socket.closeHandler(gone -> session.disconnected());
        socket.exceptionHandler(this::broken);
    }

    private void broken(Throwable cause) {
        if (cause instanceof DecompressionException && !session.isClosed()) {
            session.countRefusal(TOO_LARGE);
            session.close(Reason.TOO_LARGE, Duration.ZERO);
            return;
        }
        if (cause instanceof CorruptedWebSocketFrameException violation && !session.isClosed()) {
            session.countRefusal(Problem.of(Reason.MALFORMED, "this breaks RFC 6455"));
            outlet.fail(violation.closeStatus());
        }
        session.disconnected();
    }

    private void frame(WebSocketFrame frame) {
        if (session.isClosed() || frame.isClose()) {
            return;
        }
        boolean data = frame.isText() || frame.isBinary() || frame.isContinuation();
        boolean piece = data && !frame.isFinal();
        int length = frame.binaryData().length();
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
            return;
        }
        if (!frame.isContinuation()) {
            text = frame.isText();
            tooFast = Optional.empty();
        }
        tooFast = tooFast.or(() -> refusal);
        Buffer part = frame.binaryData();
        if (message.length() + part.length() > MOST_BYTES) {
            session.countRefusal(TOO_LARGE);
            session.close(Reason.TOO_LARGE, Duration.ZERO);
            return;
        }
        message.appendBuffer(part);
        if (frame.isFinal()) {
            byte[] whole = message.getBytes();
            message = Buffer.buffer();
            received(whole);
            if (!outlet.isWritable()) {
                // Who does not read its answers can't ask on: they would pile up here. The drained socket resumes.
                socket.pause();
            }
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
