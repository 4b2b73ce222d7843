package dev.sluice.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.engine.Engine;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the one message of a call whose client sends no more than that. */
final class OneMessage {
    /** Room for the largest event and what is around it. */
    static final int MOST_BYTES = 512 * 1024;

    /** What is done with it; a refusal becomes the call's status. */
    @FunctionalInterface
    interface Action<T> {
        void accept(T message) throws Rejected;
    }

    private OneMessage() {}

    /** @param form of the message */
    static <T extends MessageLite> void read(
            RoutingContext context,
            GrpcResponse response,
            Flavor flavor,
            Engine engine,
            Parser<T> form,
            Action<T> action) {
        var deframer = Deframer.of(flavor, context.request());
        List<byte[]> messages = new ArrayList<>(1);
        context.request().handler((Buffer piece) -> {
            if (response.isOver()) {
                return;
            }
            try {
                messages.addAll(deframer.read(piece));
                if (messages.size() > 1) {
                    // At once: whoever goes on sending must not fill our memory.
                    throw Problem.malformed("message", "one message is needed here, not more")
                            .rejected();
                }
            } catch (Rejected refusal) {
                refuse(response, engine, refusal.problem());
            }
        });
        context.request().endHandler(end -> {
            if (response.isOver()) {
                return;
            }
            try {
                if (messages.size() != 1) {
                    throw Problem.malformed("message", "one message is needed here, not " + messages.size())
                            .rejected();
                }
                action.accept(parse(form, messages.get(0)));
            } catch (Rejected refusal) {
                refuse(response, engine, refusal.problem());
            }
        });
        context.request().resume();
    }

    private static <T> T parse(Parser<T> form, byte[] message) throws Rejected {
        try {
            return form.parseFrom(message);
        } catch (InvalidProtocolBufferException wrong) {
            throw Problem.malformed("message", "this is not the message of this method")
                    .rejected();
        }
    }

    /** @param problem empty when it was done */
    static void answer(GrpcResponse response, Engine engine, Optional<Problem> problem, MessageLite answer) {
        if (problem.isPresent()) {
            refuse(response, engine, problem.get());
        } else {
            response.message(answer.toByteArray());
            response.succeed();
        }
    }

    static void refuse(GrpcResponse response, Engine engine, Problem problem) {
        engine.countRefusal(problem);
        response.fail(problem);
    }
}
