package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.client.Refusal;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.GrpcRefusals;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.Sluice;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code sluice.v1.PublisherService}. */
@BadInput
class PublishOverGrpcIT {

    private static final int MOST_DATA = 256 * 1024;

    private final Sluice sluice;
    private final String channel = Sluice.unique("public.publish-over-grpc");

    PublishOverGrpcIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @CsvSource({
        "'',       INVALID_ARGUMENT malformed channel",
        "a..b,     INVALID_ARGUMENT malformed channel",
        "rooms.*,  INVALID_ARGUMENT malformed channel",
        "sluice.x, INVALID_ARGUMENT malformed channel",
        "orders.1, PERMISSION_DENIED forbidden channel",
    })
    void shouldRefuseAChannelThatCanNotBePublishedTo(String bad, String expected) {
        var request = PublishRequest.newBuilder().setChannel(bad).build();
        assertThat(publish(sluice.token("alice"), request).summary()).isEqualTo(expected);
    }

    @Test
    void shouldRefuseAnOversizedEvent() {
        assertThat(publish(sluice.admin(), oversized()).summary()).isEqualTo("RESOURCE_EXHAUSTED too-large data");
    }

    @ParameterizedTest
    @EnumSource(BadTokens.class)
    void shouldRefuseABadToken(BadTokens bad) {
        var request = PublishRequest.newBuilder().setChannel("rooms.lobby").build();
        assertThat(publish(bad.token(sluice), request).summary())
                .isEqualTo("UNAUTHENTICATED " + bad.reason() + " authorization");
    }

    @Test
    void shouldRefuseWhatIsNoMessageOfTheProto() {
        assertThat(sendGarbage("Publish", answer -> {}).summary()).isEqualTo("INVALID_ARGUMENT malformed message");
    }

    @Test
    void shouldAnswerWhatIsNoMessageOfTheProtoInAStreamByAReceipt() {
        List<byte[]> receipts = new ArrayList<>();
        assertThat(sendGarbage("PublishStream", receipts::add).code()).isEqualTo("OK");
        assertThat(receipts).singleElement().satisfies(receipt -> {
            var error = PublishReceipt.parseFrom(receipt).getError();
            assertThat(error.getReason() + " " + error.getField()).isEqualTo("malformed message");
        });
    }

    private Refusal sendGarbage(String method, Consumer<byte[]> answers) {
        return RawCall.send(
                sluice.url(Component.PUBLISHER),
                sluice.admin(),
                PublisherServiceGrpc.SERVICE_NAME,
                method,
                new byte[] {-1, -1, -1, -1},
                answers);
    }

    @Test
    void shouldAnswerEachRequestOfAStreamAndGoOn() {
        List<PublishReceipt> receipts = new CopyOnWriteArrayList<>();
        List<String> ends = new CopyOnWriteArrayList<>();
        var managed = Channels.open(sluice.url(Component.PUBLISHER));
        try {
            var requests = PublisherServiceGrpc.newStub(Channels.withToken(managed, sluice.admin()))
                    .publishStream(new StreamObserver<PublishReceipt>() {
                        @Override
                        public void onNext(PublishReceipt receipt) {
                            receipts.add(receipt);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            ends.add(GrpcRefusals.of(failure).summary());
                        }

                        @Override
                        public void onCompleted() {
                            ends.add("OK");
                        }
                    });
            requests.onNext(event("1"));
            requests.onNext(PublishRequest.newBuilder().setChannel("a..b").build());
            requests.onNext(oversized());
            requests.onNext(event("2"));
            requests.onCompleted();
            Expect.until("the end of the stream", () -> !ends.isEmpty());
        } finally {
            managed.shutdownNow();
        }
        assertThat(ends).containsExactly("OK");
        assertThat(receipts)
                .extracting(receipt -> receipt.hasError()
                        ? receipt.getError().getReason() + " "
                                + receipt.getError().getField()
                        : receipt.getId())
                .containsExactly("1", "malformed channel", "too-large data", "2");
        assertThat(receipts.get(3).getCursor()).isNotEmpty();
    }

    private PublishRequest event(String id) {
        return PublishRequest.newBuilder().setChannel(channel).setId(id).build();
    }

    private PublishRequest oversized() {
        return PublishRequest.newBuilder()
                .setChannel(channel)
                .setPayload(ByteString.copyFrom(new byte[MOST_DATA + 1]))
                .build();
    }

    private Refusal publish(String token, PublishRequest request) {
        var managed = Channels.open(sluice.url(Component.PUBLISHER));
        try {
            var receipt = PublisherServiceGrpc.newBlockingStub(Channels.withToken(managed, token))
                    .withDeadlineAfter(1, TimeUnit.MINUTES)
                    .publish(request);
            return new Refusal("OK", "", "", receipt.toString());
        } catch (StatusRuntimeException refused) {
            return GrpcRefusals.of(refused);
        } finally {
            managed.shutdownNow();
        }
    }
}
