package dev.sluice.system.seed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.client.grpc.Channels;
import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.contract.v1.UpdateRequest;
import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code for notification in stub.StreamUpdates(…)} and {@code stub.SendUpdate(…)}, with the generated stub. */
@ExtendWith(SharedSluice.class)
class NotificationServiceIT {

    private static final int PATIENCE_SECONDS = 60;

    private final Sluice sluice;

    NotificationServiceIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldStreamWhatWasSent() {
        var channel = Sluice.unique("rooms.notifications");
        var managed = Channels.open(sluice.url(Component.GRPC_EDGE));
        try {
            var stub = NotificationServiceGrpc.newBlockingStub(Channels.withToken(managed, sluice.token("alice")))
                    .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
            var updates = stub.streamUpdates(
                    StreamRequest.newBuilder().addChannels(channel).build());
            assertThat(updates.next().getControl().hasOpen()).isTrue();

            var response = stub.sendUpdate(UpdateRequest.newBuilder()
                    .setChannel(channel)
                    .setType("notification")
                    .setPayload(ByteString.copyFromUtf8("{\"title\":\"hello\"}"))
                    .setContentType("application/json")
                    .build());

            var notification = updates.next();
            while (notification.hasControl()) {
                notification = updates.next();
            }
            assertSent(notification, response.getId());
            assertThat(notification.getCursor()).isEqualTo(response.getCursor());
        } finally {
            managed.shutdownNow();
        }
    }

    private static void assertSent(Notification notification, String id) {
        assertThat(notification.getId()).isEqualTo(id);
        assertThat(notification.getType()).isEqualTo("notification");
        assertThat(notification.getPayload().toStringUtf8()).isEqualTo("{\"title\":\"hello\"}");
        assertThat(notification.getTimestamp()).isPositive();
    }
}
