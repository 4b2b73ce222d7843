package dev.sluice.ws;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.edge.conversation.Dialect;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.proto.ClientMessages;
import dev.sluice.edge.proto.ServerMessageDialect;

/** {@code sluice.v1.protobuf}: {@code ClientMessage} up, {@code ServerMessage} down. */
final class ProtobufSubprotocol implements Subprotocol {
    private static final ServerMessageDialect DIALECT = new ServerMessageDialect(WebSocketFraming.BINARY);

    @Override
    public String name() {
        return "sluice.v1.protobuf";
    }

    @Override
    public boolean isText() {
        return false;
    }

    @Override
    public Dialect dialect() {
        return DIALECT;
    }

    @Override
    public Operation read(byte[] message) throws Unreadable {
        String id = "";
        try {
            ClientMessage client = ClientMessage.parseFrom(message);
            id = client.getId();
            return ClientMessages.operation(client);
        } catch (InvalidProtocolBufferException wrong) {
            throw new Unreadable(
                    "", Problem.malformed("message", "this is no ClientMessage").rejected());
        } catch (Rejected refusal) {
            throw new Unreadable(id, refusal);
        }
    }
}
