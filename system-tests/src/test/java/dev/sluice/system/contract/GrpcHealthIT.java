package dev.sluice.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** gRPC Health Checking Protocol: what a load balancer hears of a service, and of one that is not there. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class GrpcHealthIT {
    private static final String HEALTH = "grpc.health.v1.Health";
    /** Of {@code HealthCheckResponse}: SERVING, SERVICE_UNKNOWN. */
    private static final byte[] SERVING = {8, 1};

    private static final byte[] SERVICE_UNKNOWN = {8, 3};

    private final Sluice sluice;

    GrpcHealthIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "GRPC_EDGE"})
    void shouldNotKnowAServiceThatIsNotThere(Component component) {
        var url = sluice.url(component);
        assertThat(RawCall.send(url, "", HEALTH, "Check", request("nobody.v1.Service"))
                        .code())
                .isEqualTo("NOT_FOUND");
        assertThat(RawCall.send(url, "", HEALTH, "Check", request(""), answer -> assertThat(answer)
                                .isEqualTo(SERVING))
                        .code())
                .isEqualTo("OK");
        var channel = Channels.open(url);
        try {
            assertThat(RawCall.talk(
                                    channel,
                                    HEALTH,
                                    "Watch",
                                    List.of(request("nobody.v1.Service")),
                                    true,
                                    answer -> Arrays.equals(answer, SERVICE_UNKNOWN))
                            .code())
                    .isEqualTo("OK");
        } finally {
            channel.shutdownNow();
        }
    }

    /** {@code HealthCheckRequest}. */
    private static byte[] request(String service) {
        var name = service.getBytes(StandardCharsets.US_ASCII);
        var message = new byte[2 + name.length];
        message[0] = 10;
        message[1] = (byte) name.length;
        System.arraycopy(name, 0, message, 2, name.length);
        return message;
    }
}
