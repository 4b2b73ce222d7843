package dev.sluice.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Conversation;
import dev.sluice.client.Json;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.ForgetRequest;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Acknowledges as a client of the protocol does: in band where there is a way back, else by a call to another replica. */
final class Acks {
    private static final AtomicInteger IDS = new AtomicInteger();

    private final Sluice sluice;
    private final String token;

    Acks(Sluice sluice, String token) {
        this.sluice = sluice;
        this.token = token;
    }

    /** Returns when it is answered. */
    void acknowledge(Protocol protocol, Connection connection, String durable, String cursor) {
        if (connection instanceof Conversation conversation) {
            var id = "ack-" + IDS.incrementAndGet();
            conversation.ack(id, Protocol.SUBSCRIPTION, cursor);
            assertThat(Expect.answer(conversation, id).op()).isEqualTo("acked");
        } else if (protocol.edge() == Component.SSE_EDGE) {
            assertThat(post(Json.object()
                                    .put("durable", durable)
                                    .put("cursor", cursor)
                                    .toString())
                            .status())
                    .isEqualTo(204);
        } else {
            call(stub -> stub.acknowledge(AcknowledgeRequest.newBuilder()
                    .setDurable(durable)
                    .setCursor(cursor)
                    .build()));
        }
    }

    /** Gives the name up. */
    void forget(Protocol protocol, String durable) {
        if (protocol.edge() == Component.GRPC_EDGE) {
            call(stub ->
                    stub.forget(ForgetRequest.newBuilder().setDurable(durable).build()));
        } else {
            var edge = sluice.url(Component.SSE_EDGE, 1);
            assertThat(Http.send(Http.request(edge.resolve("/v1/acks/" + durable), token)
                                    .DELETE())
                            .status())
                    .isEqualTo(204);
        }
    }

    Answer post(String body) {
        var edge = sluice.url(Component.SSE_EDGE, 1);
        return Http.send(Http.request(edge.resolve("/v1/acks"), token).POST(BodyPublishers.ofString(body)));
    }

    /** By a connection of its own, to the other replica. */
    void call(Consumer<NotificationServiceGrpc.NotificationServiceBlockingStub> action) {
        var channel = Channels.open(sluice.url(Component.GRPC_EDGE, 1));
        try {
            action.accept(NotificationServiceGrpc.newBlockingStub(Channels.withToken(channel, token)));
        } finally {
            channel.shutdownNow();
        }
    }
}
