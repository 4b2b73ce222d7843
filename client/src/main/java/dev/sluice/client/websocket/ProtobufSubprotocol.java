package dev.sluice.client.websocket;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.grpc.ClientMessages;
import dev.sluice.client.grpc.ProtoMessages;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.contract.v1.ServerMessage;

/** {@code sluice.v1.protobuf}. */
final class ProtobufSubprotocol implements Subprotocol {

    @Override
    public String name() {
        return "sluice.v1.protobuf";
    }

    @Override
    public Message subscribe(String id, SubscriptionRequest request) {
        return binary(ClientMessages.subscribe(id, request));
    }

    @Override
    public Message unsubscribe(String id, String subscription) {
        return binary(ClientMessages.unsubscribe(id, subscription));
    }

    @Override
    public Message publish(String id, NewEvent event) {
        return binary(ClientMessages.publish(id, event));
    }

    @Override
    public Message ack(String id, String subscription, String cursor) {
        return binary(ClientMessages.ack(id, subscription, cursor));
    }

    @Override
    public Message auth(String id, String token) {
        return binary(ClientMessages.auth(id, token));
    }

    @Override
    public Message ping(String id) {
        return binary(ClientMessages.ping(id));
    }

    @Override
    public Received read(Message message) {
        if (!(message instanceof Message.Binary binary)) {
            throw new IllegalArgumentException("a text message on " + name());
        }
        try {
            return ProtoMessages.received(ServerMessage.parseFrom(binary.bytes()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Message binary(ClientMessage message) {
        return new Message.Binary(message.toByteArray());
    }
}
