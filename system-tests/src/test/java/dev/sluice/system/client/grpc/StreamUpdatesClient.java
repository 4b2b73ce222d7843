package dev.sluice.system.client.grpc;

import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.system.client.Connection;
import dev.sluice.system.client.Credential;
import dev.sluice.system.client.Mailbox;
import dev.sluice.system.client.Received;
import dev.sluice.system.client.Refusal;
import dev.sluice.system.client.SubscriptionRequest;
import io.grpc.ManagedChannel;
import java.net.URI;
import java.util.List;
import java.util.Optional;

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
    public List<Received> received() {
        return mailbox.received();
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
    public Optional<Refusal> ended() {
        return mailbox.ended();
    }

    @Override
    public void close() {
        call.cancel();
        channel.shutdownNow();
    }
}
