package dev.sluice.client.grpc;

import dev.sluice.client.Conversation;
import dev.sluice.client.Credential;
import dev.sluice.client.Mailbox;
import dev.sluice.client.NewEvent;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.ServerMessage;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.net.URI;

/** {@code Connect} over a connection of its own. */
public final class ConnectClient implements Conversation {

    private final Mailbox mailbox = new Mailbox();
    private final Call<ClientMessage, ServerMessage> call = new Call<>(mailbox, ProtoMessages::received);
    private final ManagedChannel channel;
    private final StreamObserver<ClientMessage> outgoing;

    private ConnectClient(URI edge, Credential credential) {
        channel = Channels.open(edge);
        outgoing = NotificationServiceGrpc.newStub(Channels.with(channel, credential.headers()))
                .connect(call);
    }

    public static ConnectClient connect(URI edge, String token) {
        return connect(edge, Credential.bearer(token));
    }

    public static ConnectClient connect(URI edge, Credential credential) {
        return new ConnectClient(edge, credential);
    }

    /** Any message, also one that the server can't use. */
    public synchronized void send(ClientMessage message) {
        outgoing.onNext(message);
    }

    /** There is nothing more to come from here. */
    public synchronized void halfClose() {
        outgoing.onCompleted();
    }

    @Override
    public void subscribe(String id, SubscriptionRequest request) {
        send(ClientMessages.subscribe(id, request));
    }

    @Override
    public void unsubscribe(String id, String subscription) {
        send(ClientMessages.unsubscribe(id, subscription));
    }

    @Override
    public void publish(String id, NewEvent event) {
        send(ClientMessages.publish(id, event));
    }

    @Override
    public void ack(String id, String subscription, String cursor) {
        send(ClientMessages.ack(id, subscription, cursor));
    }

    @Override
    public void auth(String id, String token) {
        send(ClientMessages.auth(id, token));
    }

    @Override
    public void ping(String id) {
        send(ClientMessages.ping(id));
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public void pauseReading() {
        call.demand().pause();
    }

    @Override
    public void resumeReading() {
        call.demand().resume();
    }

    @Override
    public void close() {
        call.cancel();
        channel.shutdownNow();
    }
}
