package dev.sluice.client.grpc;

import dev.sluice.client.Connection;
import dev.sluice.client.Credential;
import dev.sluice.client.Mailbox;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import io.grpc.ManagedChannel;
import java.net.URI;

/** {@code StreamUpdates} over a connection of its own. */
public final class StreamUpdatesClient implements Connection {

    private final Mailbox mailbox = new Mailbox();
    private final Call<StreamRequest, Notification> call = new Call<>(mailbox, ProtoMessages::received);
    private final ManagedChannel channel;

    private StreamUpdatesClient(URI edge) {
        channel = Channels.open(edge);
    }

    public static Connection stream(URI edge, Credential credential, SubscriptionRequest request) {
        var client = new StreamUpdatesClient(edge);
        NotificationServiceGrpc.newStub(Channels.with(client.channel, credential.headers()))
                .streamUpdates(ClientMessages.streamRequest(request), client.call);
        return client;
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
