package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.Refusal;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.ClientMessages;
import dev.sluice.client.grpc.ConnectClient;
import dev.sluice.client.grpc.GrpcRefusals;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.contract.v1.Filter;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC's interoperability tests, as far as they have a meaning here, with real stubs; each is named in its comment. */
@ExtendWith(SharedSluice.class)
class GrpcInteropIT {
    private static final int MOST_DATA = 256 * 1024;
    private static final int STREAMS = 8;

    private final Sluice sluice;
    private final String channel = Sluice.unique("public.interop");
    private final ManagedChannel publisher;
    private final ManagedChannel edge;

    GrpcInteropIT(Sluice sluice) {
        this.sluice = sluice;
        publisher = Channels.open(sluice.url(Component.PUBLISHER));
        edge = Channels.open(sluice.url(Component.GRPC_EDGE));
    }

    @AfterEach
    void close() {
        publisher.shutdownNow();
        edge.shutdownNow();
    }

    private Refusal publish(Component service, byte[] payload, Map<String, String> metadata) {
        var managed = service == Component.PUBLISHER ? publisher : edge;
        var called = Channels.with(Channels.withToken(managed, sluice.admin()), metadata);
        try {
            if (service == Component.PUBLISHER) {
                PublisherServiceGrpc.newBlockingStub(called)
                        .withDeadlineAfter(1, TimeUnit.MINUTES)
                        .publish(PublishRequest.newBuilder()
                                .setChannel(channel)
                                .setPayload(ByteString.copyFrom(payload))
                                .build());
            } else {
                NotificationServiceGrpc.newBlockingStub(called)
                        .withDeadlineAfter(1, TimeUnit.MINUTES)
                        .sendUpdate(ClientMessages.updateRequest(
                                NewEvent.of(channel, "application/octet-stream", payload)));
            }
            return new Refusal("OK", "", "", "");
        } catch (StatusRuntimeException refused) {
            return GrpcRefusals.of(refused);
        }
    }

    /** {@code empty_unary}, {@code large_unary}. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "GRPC_EDGE"})
    void shouldTakeAnEventOfAnySizeUpToTheLimit(Component service) {
        assertThat(publish(service, new byte[0], Map.of()).summary()).isEqualTo("OK ");
        assertThat(publish(service, new byte[MOST_DATA], Map.of()).summary()).isEqualTo("OK ");
        assertThat(publish(service, new byte[MOST_DATA + 1], Map.of()).summary())
                .isEqualTo("RESOURCE_EXHAUSTED too-large data");
        assertThat(publish(service, new byte[4 * MOST_DATA], Map.of()).code()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(publish(service, new byte[32 * MOST_DATA], Map.of()).code()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(publish(service, new byte[1], Map.of()).summary()).isEqualTo("OK ");
    }

    /** {@code custom_metadata}, and more of it than there may be. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "GRPC_EDGE"})
    void shouldTakeMuchMetadataButNotAny(Component service) {
        assertThat(publish(service, new byte[1], Map.of("x-custom", "a".repeat(8 * 1024)))
                        .summary())
                .isEqualTo("OK ");
        // The stub itself knows by the server's settings that this is too much (see GrpcWireIT for one that does not
        // ask).
        assertThat(publish(service, new byte[1], Map.of("x-custom", "a".repeat(64 * 1024)))
                        .code())
                .isEqualTo("INTERNAL");
        assertThat(publish(service, new byte[1], Map.of()).summary()).isEqualTo("OK ");
    }

    /** {@code ping_pong}, {@code empty_stream}. */
    @Test
    void shouldAnswerEachMessageBeforeTheNextIsSent() {
        try (var connect = ConnectClient.connect(sluice.url(Component.GRPC_EDGE), sluice.admin())) {
            for (var i = 0; i < 4; i++) {
                connect.ping("ping-" + i);
                assertThat(Expect.answer(connect, "ping-" + i).op()).isEqualTo("pong");
            }
            connect.halfClose();
            assertThat(Expect.end(connect).code()).isEqualTo("OK");
            assertThat(connect.answers()).hasSize(4);
        }
        var receipts = new Receipts();
        var requests = PublisherServiceGrpc.newStub(Channels.withToken(publisher, sluice.admin()))
                .publishStream(receipts);
        for (var i = 1; i <= 4; i++) {
            requests.onNext(PublishRequest.newBuilder().setChannel(channel).build());
            var count = i;
            Expect.until("receipt " + i, () -> receipts.received.size() == count);
        }
        requests.onCompleted();
        Expect.until("the end", () -> receipts.ends.equals(List.of("OK")));

        var none = new Receipts();
        PublisherServiceGrpc.newStub(Channels.withToken(publisher, sluice.admin()))
                .publishStream(none)
                .onCompleted();
        Expect.until("the end of an empty stream", () -> none.ends.equals(List.of("OK")));
        assertThat(none.received).isEmpty();
    }

    /** Who asks no more still gets its answers, in whatever order they come. */
    @RepeatedTest(10)
    void shouldAnswerEverythingAfterAHalfClose() {
        try (var connect = ConnectClient.connect(sluice.url(Component.GRPC_EDGE), sluice.admin())) {
            connect.publish("1", NewEvent.text(channel, "1"));
            connect.publish("2", NewEvent.text(channel, "2"));
            connect.auth("3", sluice.admin());
            connect.publish("4", NewEvent.text("a..b", "4"));
            connect.halfClose();
            assertThat(Expect.end(connect).code()).isEqualTo("OK");
            assertThat(connect.answers()).extracting(Received.Answer::id).containsExactlyInAnyOrder("1", "2", "3", "4");
        }
    }

    /** As a page over gRPC-Web has to. */
    @Test
    void shouldGoOnDeliveringAfterAHalfClose() {
        try (var connect = ConnectClient.connect(sluice.url(Component.GRPC_EDGE), sluice.admin())) {
            connect.subscribe("s", to(channel).last(1));
            connect.halfClose();
            Expect.answer(connect, "s");
            sluice.producer().text(channel, "afterwards");
            Expect.eventWith(connect, "afterwards");
            assertThat(connect.ended()).isEmpty();
        }
    }

    /** {@code cancel_after_begin}, {@code cancel_after_first_response}. */
    @ParameterizedTest
    @EnumSource(names = {"GRPC", "GRPC_CONNECT"})
    void shouldForgetWhoCancels(Protocol protocol) {
        var before = sessions();
        for (var afterTheFirstResponse : new boolean[] {false, true}) {
            var streams = new ArrayList<Connection>();
            for (var i = 0; i < STREAMS; i++) {
                streams.add(sluice.subscribe(protocol, to(channel)));
            }
            for (var stream : streams) {
                if (afterTheFirstResponse) {
                    Expect.started(stream);
                }
                stream.close();
                assertThat(Expect.end(stream).code()).isEqualTo("CANCELLED");
            }
            Expect.until("that the sessions are gone", () -> sessions() <= before);
        }
    }

    /** {@code timeout_on_sleeping_server}: nothing is posted. */
    @Test
    void shouldForgetWhoseDeadlineIsOver() {
        var before = sessions();
        var notifications = NotificationServiceGrpc.newBlockingStub(Channels.withToken(edge, sluice.admin()))
                .withDeadlineAfter(1, TimeUnit.SECONDS)
                .streamUpdates(ClientMessages.streamRequest(to(channel)));
        assertThat(notifications.next().getType()).isEqualTo("sluice.open");
        var late = catchThrowable(() -> notifications.forEachRemaining(heartbeat -> {}));
        assertThat(GrpcRefusals.of(late).code()).isEqualTo("DEADLINE_EXCEEDED");
        Expect.until("that the session is gone", () -> sessions() <= before);
    }

    private double sessions() {
        return Scrape.of(sluice.url(Component.GRPC_EDGE)).sum("sluice_connections_active", "");
    }

    /** {@code status_code_and_message}, {@code special_status_message}. */
    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n", "100 %", "%41"})
    void shouldSayWhatIsWrongInAnyCharacters(String text) {
        var attributes = Filter.Attributes.newBuilder().putValues(text + "!", "x");
        var request = StreamRequest.newBuilder()
                .addChannels(channel)
                .addFilters(Filter.newBuilder().setExact(attributes));
        var refusal = RawCall.send(
                sluice.url(Component.GRPC_EDGE),
                sluice.admin(),
                NotificationServiceGrpc.SERVICE_NAME,
                "StreamUpdates",
                request.build().toByteArray());
        assertThat(refusal.summary()).isEqualTo("INVALID_ARGUMENT malformed filters[0].exact");
        assertThat(refusal.detail()).isEqualTo("'" + text + "!' is no name of a CloudEvents attribute");
    }

    /** A trailer has no room for them: the field is shown as far as it can be. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "GRPC_EDGE"})
    void shouldNameAFieldOfAnyCharacters(Component service) {
        var name = "\tß漢😈 % \r\ngrpc-status: 0\r\n";
        var toPublisher = service == Component.PUBLISHER;
        var message = toPublisher
                ? PublishRequest.newBuilder()
                        .setChannel(channel)
                        .putAttributes(name, "x")
                        .build()
                : ClientMessages.updateRequest(NewEvent.text(channel, "x").attribute(name, "x"));
        var refusal = RawCall.send(
                sluice.url(service),
                sluice.admin(),
                toPublisher ? PublisherServiceGrpc.SERVICE_NAME : NotificationServiceGrpc.SERVICE_NAME,
                toPublisher ? "Publish" : "SendUpdate",
                message.toByteArray());
        assertThat(refusal.summary()).isEqualTo("INVALID_ARGUMENT malformed ???? % ??grpc-status: 0??");
    }

    /** {@code unimplemented_method}, {@code unimplemented_service}. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "GRPC_EDGE"})
    void shouldSayWhatThereIsNot(Component service) {
        var name = service == Component.PUBLISHER
                ? PublisherServiceGrpc.SERVICE_NAME
                : NotificationServiceGrpc.SERVICE_NAME;
        for (var method : List.of(name + "/Shout", "sluice.v1.Nothing/Publish", "grpc.testing.Unknown/Foo")) {
            var slash = method.indexOf('/');
            var refusal = RawCall.send(
                    sluice.url(service),
                    sluice.admin(),
                    method.substring(0, slash),
                    method.substring(slash + 1),
                    new byte[0]);
            assertThat(refusal.code()).as(method).isEqualTo("UNIMPLEMENTED");
        }
    }

    /** What came of a call. */
    private static final class Receipts implements StreamObserver<PublishReceipt> {
        private final List<PublishReceipt> received = new CopyOnWriteArrayList<>();
        private final List<String> ends = new CopyOnWriteArrayList<>();

        @Override
        public void onNext(PublishReceipt receipt) {
            received.add(receipt);
        }

        @Override
        public void onError(Throwable failure) {
            ends.add(GrpcRefusals.of(failure).code());
        }

        @Override
        public void onCompleted() {
            ends.add("OK");
        }
    }
}
