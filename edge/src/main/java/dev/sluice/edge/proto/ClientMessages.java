package dev.sluice.edge.proto;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.UpdateRequest;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.request.SubscriptionSpec;

/** The client's side of the proto. */
public final class ClientMessages {
    private ClientMessages() {}

    /** @throws Rejected naming the field that is wrong */
    public static Operation operation(ClientMessage message) throws Rejected {
        String id = message.getId();
        return switch (message.getOpCase()) {
            case SUBSCRIBE -> new Operation.Subscribe(id, SubscriptionSpec.ofProto(message.getSubscribe()));
            case UNSUBSCRIBE ->
                new Operation.Unsubscribe(id, message.getUnsubscribe().getSubscription());
            case PUBLISH -> new Operation.Publish(id, publishRequest(message.getPublish()));
            case ACK ->
                new Operation.Ack(
                        id, message.getAck().getSubscription(), message.getAck().getCursor());
            case AUTH -> new Operation.Auth(id, message.getAuth().getToken());
            case PING -> new Operation.Ping(id);
            case OP_NOT_SET ->
                throw Problem.malformed("op", "there is no operation that is known here")
                        .rejected();
        };
    }

    /** Field for field the same. */
    public static PublishRequest publishRequest(UpdateRequest request) {
        return PublishRequest.newBuilder()
                .setChannel(request.getChannel())
                .setId(request.getId())
                .setType(request.getType())
                .setPayload(request.getPayload())
                .setContentType(request.getContentType())
                .setSource(request.getSource())
                .putAllAttributes(request.getAttributesMap())
                .setTimestamp(request.getTimestamp())
                .build();
    }
}
