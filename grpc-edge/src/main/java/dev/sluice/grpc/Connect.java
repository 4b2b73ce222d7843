package dev.sluice.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.edge.conversation.Conversation;
import dev.sluice.edge.conversation.InBandTokens;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.limit.InboundRate;
import dev.sluice.edge.limit.InboundRates;
import dev.sluice.edge.proto.ClientMessages;
import dev.sluice.edge.proto.ServerMessageDialect;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/** {@code Connect}: a conversation, typed. Who half-closes asks no more; its subscriptions go on. */
@Singleton
class Connect implements GrpcRoutes.Method {
    private static final ServerMessageDialect DIALECT = new ServerMessageDialect(GrpcFraming.INSTANCE);
    private static final byte[] NO_CURSOR = {};

    private final Engine engine;
    private final Callers callers;
    private final PublisherClient publisher;
    private final InboundRates rates;

    Connect(Engine engine, Callers callers, PublisherClient publisher, InboundRates rates) {
        this.engine = engine;
        this.callers = callers;
        this.publisher = publisher;
        this.rates = rates;
    }

    @Override
    public void call(RoutingContext context, Caller caller, GrpcResponse response, Flavor flavor) throws Rejected {
        EventExecutor loop = ((ContextInternal) context.vertx().getOrCreateContext()).nettyEventLoop();
        var outlet = new GrpcOutlet(response);
        Session session = engine.open(
                outlet,
                new SessionOptions(
                        DIALECT.session(),
                        caller.token(),
                        caller.expires(),
                        Requests.peer(context, caller, flavor.protocol())));
        outlet.attach(session, () -> context.request().resume());
        session.open("", NO_CURSOR);
        var conversation = new Conversation(
                session, loop, DIALECT, publisher, new InBandTokens(callers, context), caller, Requests.token(context));
        Requests.forgetToken(context);
        InboundRate rate = rates.ofConnection();
        var deframer = Deframer.of(flavor, context.request());
        context.request().handler((Buffer piece) -> {
            if (session.isClosed()) {
                return;
            }
            try {
                for (byte[] message : deframer.read(piece)) {
                    if (session.isClosed()) {
                        return;
                    }
                    received(conversation, message, rate.take(message.length));
                }
                if (!outlet.isWritable()) {
                    // Who does not read its answers can't ask on: they would pile up here. The drained stream resumes.
                    context.request().pause();
                }
            } catch (Rejected refusal) {
                session.disconnected();
                OneMessage.refuse(response, engine, refusal.problem());
            }
        });
        context.request().endHandler(halfClosed -> {
            if (session.isClosed()) {
                return;
            }
            if (deframer.isAmidMessage()) {
                session.disconnected();
                OneMessage.refuse(response, engine, Problem.malformed("message", "the last message is cut short"));
                return;
            }
            conversation.finish(() -> {
                response.succeed();
                session.disconnected();
            });
        });
        context.request().resume();
    }

    /** @param tooFast the refusal, when it came so */
    private static void received(Conversation conversation, byte[] message, Optional<Problem> tooFast) {
        String id = "";
        try {
            ClientMessage client = ClientMessage.parseFrom(message);
            id = client.getId();
            Operation operation = ClientMessages.operation(client);
            tooFast.ifPresentOrElse(
                    refusal -> conversation.refuse(operation.id(), refusal), () -> conversation.handle(operation));
        } catch (InvalidProtocolBufferException wrong) {
            conversation.refuse("", Problem.malformed("message", "this is no ClientMessage"));
        } catch (Rejected refusal) {
            conversation.refuse(id, refusal.problem());
        }
    }
}
