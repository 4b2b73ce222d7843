package dev.sluice.local.listen;

import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.function.Consumer;

/** {@code NotificationService.StreamUpdates} with the generated stub. */
public final class GrpcListener implements Listener {

    @Override
    public void listen(Target target, Consumer<String> line) throws IOException {
        var channel = Grpc.newChannelBuilder(target.url().getAuthority(), InsecureChannelCredentials.create())
                .build();
        var metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), target.authorization());
        try {
            NotificationServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                    .streamUpdates(StreamRequest.newBuilder()
                            .addAllChannels(target.channels())
                            .build())
                    .forEachRemaining(notification -> line.accept(NotificationLine.of(notification)));
        } catch (StatusRuntimeException e) {
            throw new IOException("ended: " + e.getStatus().getCode() + firstLineOf(e.getStatus()), e);
        } finally {
            channel.shutdownNow();
        }
    }

    /** The client appends all trailers to what the server said. */
    private static String firstLineOf(Status status) {
        var description = status.getDescription();
        return description == null ? "" : " " + description.lines().findFirst().orElse("");
    }
}
