package dev.sluice.client.grpc;

import com.google.protobuf.ByteString;
import dev.sluice.client.NewEvent;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.contract.v1.Ack;
import dev.sluice.contract.v1.Auth;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.contract.v1.OnGap;
import dev.sluice.contract.v1.Overflow;
import dev.sluice.contract.v1.Ping;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.contract.v1.Unsubscribe;
import dev.sluice.contract.v1.UpdateRequest;
import java.util.List;

/** Operations in the proto. */
public final class ClientMessages {

    private ClientMessages() {}

    public static ClientMessage subscribe(String id, SubscriptionRequest request) {
        return ClientMessage.newBuilder()
                .setId(id)
                .setSubscribe(streamRequest(request))
                .build();
    }

    public static ClientMessage unsubscribe(String id, String subscription) {
        return ClientMessage.newBuilder()
                .setId(id)
                .setUnsubscribe(Unsubscribe.newBuilder().setSubscription(subscription))
                .build();
    }

    public static ClientMessage publish(String id, NewEvent event) {
        return ClientMessage.newBuilder()
                .setId(id)
                .setPublish(updateRequest(event))
                .build();
    }

    public static ClientMessage ack(String id, String subscription, String cursor) {
        return ClientMessage.newBuilder()
                .setId(id)
                .setAck(Ack.newBuilder().setSubscription(subscription).setCursor(cursor))
                .build();
    }

    public static ClientMessage auth(String id, String token) {
        return ClientMessage.newBuilder()
                .setId(id)
                .setAuth(Auth.newBuilder().setToken(token))
                .build();
    }

    public static ClientMessage ping(String id) {
        return ClientMessage.newBuilder()
                .setId(id)
                .setPing(Ping.getDefaultInstance())
                .build();
    }

    /** {@code format} has no place in the proto: it has one form of an event. */
    public static StreamRequest streamRequest(SubscriptionRequest request) {
        var proto = StreamRequest.newBuilder().addAllChannels(request.channels());
        request.parameters().forEach((name, value) -> {
            switch (name) {
                case "filter" -> proto.setFilter(value);
                case "cursor" -> proto.setCursor(value);
                case "since" -> proto.setSince(value);
                case "last" -> proto.setLast(Integer.parseInt(value));
                case "overflow" ->
                    proto.setOverflow(value.equals("latest") ? Overflow.OVERFLOW_LATEST : Overflow.OVERFLOW_CATCH_UP);
                case "on-gap" -> proto.setOnGap(value.equals("close") ? OnGap.ON_GAP_CLOSE : OnGap.ON_GAP_CONTINUE);
                case "durable" -> proto.setDurable(value);
                case "max-unacked" -> proto.setMaxUnacked(Integer.parseInt(value));
                case "fields" -> proto.addAllFields(List.of(value.split(",")));
                case "heartbeat" -> proto.setHeartbeat(Integer.parseInt(value));
                case "format" -> {}
                default -> throw new IllegalArgumentException("the proto has no " + name);
            }
        });
        return proto.build();
    }

    public static UpdateRequest updateRequest(NewEvent event) {
        return UpdateRequest.newBuilder()
                .setChannel(event.channel())
                .setId(event.id())
                .setType(event.type())
                .setSource(event.source())
                .setContentType(event.contentType())
                .setPayload(ByteString.copyFrom(event.data()))
                .putAllAttributes(event.attributes())
                .build();
    }
}
