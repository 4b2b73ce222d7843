package dev.sluice.contract.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.PublishRequest;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProtoEventsTest {
    @Test
    void shouldRefuseWhatOnlySluiceSays() {
        assertThat(refused(request().setType("sluice.expiring"))).isEqualTo("type");
        assertThat(refused(request().setSource("/sluice"))).isEqualTo("source");
        assertThat(refused(request().putAttributes("cursor", "x"))).isEqualTo("cursor");
        assertThat(refused(request().putAttributes("channel", "b"))).isEqualTo("attributes.channel");
    }

    @Test
    void shouldTakeJsonWithoutTheMarkBeforeIt() throws Rejected {
        var marked = request().setContentType("application/json").setPayload(ByteString.copyFromUtf8("\uFEFF{}"));
        assertThat(read(marked).data()).isEqualTo(new byte[] {'{', '}'});
    }

    private static PublishRequest.Builder request() {
        return PublishRequest.newBuilder().setChannel("a");
    }

    private static Event read(PublishRequest.Builder request) throws Rejected {
        return ProtoEvents.read(request.build(), "/users/alice", Instant.EPOCH, EventLimits.DEFAULT);
    }

    private static String refused(PublishRequest.Builder request) {
        return String.valueOf(catchThrowableOfType(Rejected.class, () -> read(request))
                .problem()
                .field());
    }
}
