package dev.sluice.edge.proto;

import com.google.protobuf.ByteString;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.v1.Acked;
import dev.sluice.contract.v1.Authenticated;
import dev.sluice.contract.v1.Error;
import dev.sluice.contract.v1.Pong;
import dev.sluice.contract.v1.ServerMessage;
import dev.sluice.contract.v1.Subscribed;
import dev.sluice.contract.v1.Unsubscribed;
import dev.sluice.contract.v1.UpdateResponse;
import dev.sluice.edge.conversation.Dialect;
import dev.sluice.edge.conversation.Reply;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** {@code ServerMessage}s: the server's side of gRPC {@code Connect} and of WebSocket {@code sluice.v1.protobuf}. */
public final class ServerMessageDialect implements Dialect {
    private final Framing framing;

    public ServerMessageDialect(Framing framing) {
        this.framing = framing;
    }

    @Override
    public FrameFormat session() {
        return new Format(framing, Fields.ALL);
    }

    /** The proto has one form of an event. */
    @Override
    public FrameFormat events(Form form, Fields fields) {
        return new Format(framing, fields);
    }

    private record Format(Framing framing, Fields fields) implements FrameFormat {
        @Override
        public BodyFormat body() {
            return NotificationBody.INSTANCE;
        }

        @Override
        public byte[] label(String subscription) {
            return subscription.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean alwaysNames() {
            return !fields.isNone();
        }

        @Override
        public void event(ByteBuf out, byte[] label, byte[] shared, byte[] cursor) {
            byte[] body = NotificationFields.choose(shared, fields);
            framing.header(out, ProtoFields.size(label) + ProtoFields.size(cursor) + ProtoFields.sizeOfMessage(body));
            ProtoFields.write(out, ServerMessage.SUBSCRIPTION_FIELD_NUMBER, label);
            ProtoFields.write(out, ServerMessage.CURSOR_FIELD_NUMBER, cursor);
            ProtoFields.writeMessage(out, ServerMessage.EVENT_FIELD_NUMBER, body);
        }

        @Override
        public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
            write(
                    framing,
                    out,
                    ServerMessage.newBuilder()
                            .setSubscriptionBytes(ByteString.copyFrom(label))
                            .setCursorBytes(ByteString.copyFrom(cursor))
                            .setControl(ProtoControls.of(control)));
        }
    }

    @Override
    public void reply(ByteBuf out, Reply reply) {
        var message = ServerMessage.newBuilder().setId(reply.id());
        if (reply instanceof Reply.Subscribed subscribed) {
            message.setSubscription(subscribed.id())
                    .setCursor(subscribed.cursor())
                    .setSubscribed(Subscribed.newBuilder()
                            .setHeartbeatIntervalMs(subscribed.heartbeat().toMillis()));
        } else if (reply instanceof Reply.Unsubscribed unsubscribed) {
            message.setSubscription(unsubscribed.subscription())
                    .setCursor(unsubscribed.cursor())
                    .setUnsubscribed(Unsubscribed.getDefaultInstance());
        } else if (reply instanceof Reply.Published published) {
            message.setCursor(published.receipt().getCursor())
                    .setPublished(UpdateResponse.newBuilder()
                            .setId(published.receipt().getId())
                            .setChannel(published.receipt().getChannel())
                            .setCursor(published.receipt().getCursor()));
        } else if (reply instanceof Reply.Acked acked) {
            message.setSubscription(acked.subscription()).setAcked(Acked.getDefaultInstance());
        } else if (reply instanceof Reply.Authenticated authenticated) {
            message.setAuthenticated(
                    Authenticated.newBuilder().setTokenExpires(ProtoControls.millis(authenticated.tokenExpires())));
        } else if (reply instanceof Reply.Pong) {
            message.setPong(Pong.getDefaultInstance());
        } else if (reply instanceof Reply.Failed failed) {
            message.setError(error(failed.problem()));
        }
        write(framing, out, message);
    }

    private static Error error(Problem problem) {
        var error = Error.newBuilder().setReason(problem.reason().code()).setDetail(problem.detail());
        return problem.field() == null
                ? error.build()
                : error.setField(problem.field()).build();
    }

    private static void write(Framing framing, ByteBuf out, ServerMessage.Builder message) {
        byte[] bytes = message.build().toByteArray();
        framing.header(out, bytes.length);
        out.writeBytes(bytes);
    }
}
