package dev.sluice.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gRPC Server Reflection, which the local stack opens: tools ask before they have a token. */
@ExtendWith(SharedSluice.class)
class GrpcReflectionIT {
    /** {@code list_services} of {@code ServerReflectionRequest}. */
    private static final byte[] LIST = {7 << 3 | 2, 1, '*'};

    private final Sluice sluice;

    GrpcReflectionIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @CsvSource({
        "PUBLISHER, grpc.reflection.v1.ServerReflection",
        "PUBLISHER, grpc.reflection.v1alpha.ServerReflection",
        "GRPC_EDGE, grpc.reflection.v1.ServerReflection",
        "GRPC_EDGE, grpc.reflection.v1alpha.ServerReflection",
    })
    void shouldListTheServiceToAnybody(Component component, String reflection) {
        var service = component == Component.PUBLISHER
                ? PublisherServiceGrpc.SERVICE_NAME
                : NotificationServiceGrpc.SERVICE_NAME;
        var answers = new CopyOnWriteArrayList<String>();
        var channel = Channels.open(sluice.url(component));
        try {
            var end = RawCall.talk(
                    channel,
                    reflection,
                    "ServerReflectionInfo",
                    List.of(LIST),
                    true,
                    answer -> answers.add(new String(answer, StandardCharsets.US_ASCII)));
            assertThat(end.code()).as(end.detail()).isEqualTo("OK");
            assertThat(answers).anyMatch(answer -> answer.contains(service));
        } finally {
            channel.shutdownNow();
        }
    }
}
