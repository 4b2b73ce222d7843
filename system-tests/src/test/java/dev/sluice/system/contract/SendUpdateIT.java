package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.grpc.Encoding;
import dev.sluice.client.grpc.GrpcWebClient;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Over gRPC-Web; over gRPC it is in the tests of the seed's examples. */
@ExtendWith(SharedSluice.class)
class SendUpdateIT {

    private final Sluice sluice;

    SendUpdateIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void shouldPublishFromABrowser(Encoding encoding) {
        var channel = Sluice.unique("rooms.send-update");
        try (var listener = sluice.subscribe(Protocol.SSE, to(channel).wholeEvents())) {
            Expect.started(listener);
            var sent = GrpcWebClient.sendUpdate(
                    sluice.url(Component.GRPC_EDGE),
                    sluice.token("alice"),
                    encoding,
                    NewEvent.text(channel, "from a browser").id("web-1").attribute("mood", "good"));
            assertThat(sent.status().code()).isEqualTo("OK");
            assertThat(sent.response().getId()).isEqualTo("web-1");
            assertThat(sent.response().getChannel()).isEqualTo(channel);
            var event = Expect.eventWith(listener, "from a browser");
            assertThat(event.id()).isEqualTo("web-1");
            assertThat(event.source()).isEqualTo("/users/alice");
            assertThat(event.attributes()).containsEntry("mood", "good");
            assertThat(event.cursor()).isEqualTo(sent.response().getCursor());
        }
    }
}
