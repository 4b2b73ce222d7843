package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.GrpcRefusals;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compressed gRPC messages: a small one must not become a large one. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class CompressionIT {
    private static final List<String> METHODS = List.of(
            "grpc.health.v1.Health/Check",
            "sluice.v1.PublisherService/Publish",
            "sluice.v1.NotificationService/SendUpdate");

    private static final int BOMB = 64 * 1024 * 1024;

    private final Sluice sluice;

    CompressionIT(Sluice sluice) {
        this.sluice = sluice;
    }

    /** Also where everybody may call, as for the health of a service. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "WS_EDGE", "GRPC_EDGE"})
    void shouldNotInflateMessagesOverGrpc(Component component) {
        var service = sluice.stack().service(component);
        var pid = service.pid();
        var bomb = PublishRequest.newBuilder()
                .setChannel("rooms.lobby")
                .setPayload(ByteString.copyFrom(new byte[BOMB]))
                .build();
        var channel = Channels.open(service.url());
        try {
            var withToken = Channels.withToken(channel, sluice.token("alice"));
            for (var method : METHODS) {
                var call = PublisherServiceGrpc.getPublishMethod().toBuilder()
                        .setFullMethodName(method)
                        .build();
                var refusal = catchThrowable(() -> ClientCalls.blockingUnaryCall(
                        method.startsWith("grpc.health") ? channel : withToken,
                        call,
                        CallOptions.DEFAULT.withCompression("gzip"),
                        bomb));
                var inflates = component == Component.GRPC_EDGE && method.startsWith("sluice.v1.NotificationService");
                assertThat(GrpcRefusals.of(refusal).summary())
                        .isEqualTo(
                                inflates
                                        ? "RESOURCE_EXHAUSTED too-large message"
                                        : "UNIMPLEMENTED method-not-allowed grpc-encoding");
            }
            assertThat(service.pid()).isEqualTo(pid);
            assertThat(service.isReady()).isTrue();
        } finally {
            channel.shutdownNow();
        }
    }
}
