package dev.sluice.bench.extensions;

import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.AcknowledgeResponse;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.contract.v1.ForgetRequest;
import dev.sluice.contract.v1.ForgetResponse;
import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.NotificationService;
import dev.sluice.contract.v1.ServerMessage;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.contract.v1.UpdateRequest;
import dev.sluice.contract.v1.UpdateResponse;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** quarkus-grpc's way. */
@GrpcService
public class Notifications implements NotificationService {
    private final Feed feed;

    Notifications(Feed feed) {
        this.feed = feed;
    }

    @Override
    public Multi<Notification> streamUpdates(StreamRequest request) {
        return feed.of(Notification.class, Notification.getDefaultInstance());
    }

    @Override
    public Uni<UpdateResponse> sendUpdate(UpdateRequest request) {
        return Uni.createFrom().failure(new UnsupportedOperationException("nothing is published here"));
    }

    @Override
    public Multi<ServerMessage> connect(Multi<ClientMessage> messages) {
        return Multi.createFrom().failure(new UnsupportedOperationException("streamUpdates is measured"));
    }

    @Override
    public Uni<AcknowledgeResponse> acknowledge(AcknowledgeRequest request) {
        return Uni.createFrom().failure(new UnsupportedOperationException("nothing is acknowledged here"));
    }

    @Override
    public Uni<ForgetResponse> forget(ForgetRequest request) {
        return Uni.createFrom().failure(new UnsupportedOperationException("nothing is forgotten here"));
    }
}
