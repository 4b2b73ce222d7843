package dev.sluice.publisher;

import static dev.sluice.publisher.PublisherStack.ALICE;
import static dev.sluice.publisher.PublisherStack.PUBLISHER;
import static dev.sluice.publisher.PublisherStack.STACK;
import static dev.sluice.publisher.PublisherStack.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.PositionServiceGrpc;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.identity.TokenRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class GrpcPublishingIT {
    private static final ManagedChannel CHANNEL = NettyChannelBuilder.forAddress(
                    "127.0.0.1", STACK.service(Component.PUBLISHER).port())
            .usePlaintext()
            // Of 1 MiB, as by default, a producer that takes no receipts is sent 15,000.
            .flowControlWindow(64 * 1024)
            .build();

    @AfterAll
    static void close() throws InterruptedException {
        assertThat(CHANNEL.shutdownNow().awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldStoreAnEvent() {
        var receipt = stub(ALICE)
                .publish(request("rooms.grpc")
                        .setContentType("application/json")
                        .putAttributes("region", "eu")
                        .build());

        assertThat(receipt.getId()).isNotEmpty();
        assertThat(receipt.getChannel()).isEqualTo("rooms.grpc");
        assertThat(receipt.getCursor()).isNotEmpty().hasSizeLessThan(24);
        var stored = records("rooms.grpc");
        assertThat(stored).hasSize(1);
        assertThat(new String(stored.get(0).headers().lastHeader("ce_region").value(), StandardCharsets.UTF_8))
                .isEqualTo("eu");
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertRefused(request("a..b").build(), Status.Code.INVALID_ARGUMENT, "malformed", "channel");
        assertRefused(request("rooms.*").build(), Status.Code.INVALID_ARGUMENT, "malformed", "channel");
        assertRefused(request("sluice.a").build(), Status.Code.INVALID_ARGUMENT, "malformed", "channel");
        assertRefused(
                request("rooms.a").setType("sluice.close").build(), Status.Code.INVALID_ARGUMENT, "malformed", "type");
        assertRefused(
                request("rooms.a").setSource("/sluice").build(), Status.Code.INVALID_ARGUMENT, "malformed", "source");
        assertRefused(request("").build(), Status.Code.INVALID_ARGUMENT, "malformed", "channel");
        assertRefused(request("orders.1").build(), Status.Code.PERMISSION_DENIED, "forbidden", "channel");
        assertRefused(
                request("rooms.a")
                        .setPayload(ByteString.copyFrom(new byte[256 * 1024 + 1]))
                        .build(),
                Status.Code.RESOURCE_EXHAUSTED,
                "too-large",
                "data");
        assertRefused(
                request("rooms.a")
                        .setContentType("application/json")
                        .setPayload(ByteString.copyFromUtf8("{"))
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "malformed",
                "payload");
        assertRefused(
                request("rooms.a").setContentType("a\r\nb").build(),
                Status.Code.INVALID_ARGUMENT,
                "malformed",
                "content_type");
        assertRefused(
                request("rooms.a").putAttributes("cursor", "x").build(),
                Status.Code.INVALID_ARGUMENT,
                "malformed",
                "cursor");
        assertRefused(
                request("rooms.a").putAttributes("id", "x").build(),
                Status.Code.INVALID_ARGUMENT,
                "malformed",
                "attributes.id");
        assertRefused(
                request("rooms.a").putAttributes("Ü\n", "x").build(), Status.Code.INVALID_ARGUMENT, "malformed", "??");
    }

    private static PositionServiceGrpc.PositionServiceFutureStub positions(String... edgeKey) {
        var headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + STACK.identity().token("collector"));
        for (String key : edgeKey) {
            headers.put(Metadata.Key.of("sluice-edge-key", Metadata.ASCII_STRING_MARSHALLER), key);
        }
        return PositionServiceGrpc.newFutureStub(CHANNEL)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    private static AcknowledgeRequest acknowledgement(String name) {
        return AcknowledgeRequest.newBuilder()
                .setDurable(name)
                .setCursor(stub(ALICE).publish(request("rooms.names").build()).getCursor())
                .build();
    }

    /** An edge has checked what it writes; a token of one's own is not enough. */
    @Test
    void shouldTakePositionsOfEdgesOnly() {
        for (var strangers : List.of(positions(), positions("x".repeat(32)))) {
            var refusal = catchThrowableOfType(
                    ExecutionException.class,
                    () -> strangers.acknowledge(acknowledgement("mine")).get());
            assertThat(Status.fromThrowable(refusal).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
    }

    /** Also where the edges' own check came too early to see the others: all at once. */
    @Test
    void shouldKeepNoMoreNamesThanThereMayBe() {
        int most = 100;
        var positions = positions(LocalStack.EDGE_KEY);
        var cursor = acknowledgement("any").getCursor();
        var calls = IntStream.range(0, 2 * most)
                .mapToObj(i -> positions.acknowledge(AcknowledgeRequest.newBuilder()
                        .setDurable("name-" + i)
                        .setCursor(cursor)
                        .build()))
                .toList();
        var refusals = calls.stream()
                .map(call -> catchThrowableOfType(ExecutionException.class, call::get))
                .filter(Objects::nonNull)
                .map(failure -> Status.fromThrowable(failure).getCode())
                .toList();
        assertThat(refusals).hasSize(most).containsOnly(Status.Code.RESOURCE_EXHAUSTED);
    }

    private static void assertRefused(PublishRequest request, Status.Code code, String reason, String field) {
        var refusal = catchThrowableOfType(
                StatusRuntimeException.class, () -> stub(ALICE).publish(request));
        assertThat(refusal.getStatus().getCode()).as(refusal.toString()).isEqualTo(code);
        assertThat(trailer(refusal, "sluice-reason")).isEqualTo(reason);
        assertThat(trailer(refusal, "sluice-field")).isEqualTo(field);
    }

    private static String trailer(StatusRuntimeException refusal, String name) {
        Metadata trailers = refusal.getTrailers();
        return trailers == null
                ? "no trailers"
                : String.valueOf(trailers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
    }

    @Test
    void shouldRefuseWhoeverHasNoGoodToken() {
        var identity = STACK.identity();
        var user = TokenRequest.of("alice");
        for (String token :
                List.of("garbled", identity.mint(user.issuer("elsewhere")), identity.mint(user.expired()))) {
            var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> stub(token)
                    .publish(request("rooms.a").build()));
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        }
        var refusal =
                catchThrowableOfType(StatusRuntimeException.class, () -> PublisherServiceGrpc.newBlockingStub(CHANNEL)
                        .publish(request("rooms.a").build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(trailer(refusal, "sluice-reason")).isEqualTo("unauthenticated");
    }

    @Test
    void shouldAnswerJunkInPlaceOfTheProto() {
        var junk = MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("sluice.v1.PublisherService/Publish")
                .build();
        var refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        io.grpc.ClientInterceptors.intercept(
                                CHANNEL, MetadataUtils.newAttachHeadersInterceptor(bearer(ALICE))),
                        junk,
                        CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                        new byte[] {-1, -1, -1, -1}));
        assertThat(refusal.getStatus().getCode()).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(stub(ALICE).publish(request("rooms.a").build()).getId()).isNotEmpty();
    }

    @Test
    void shouldAnswerAStreamInItsOrderAndGoOnAfterARefusal() throws Exception {
        List<PublishReceipt> receipts = Collections.synchronizedList(new ArrayList<>());
        var end = new CountDownLatch(1);
        var failure = new AtomicReference<Throwable>();
        var requests = async(PUBLISHER).publishStream(new io.grpc.stub.StreamObserver<>() {
            @Override
            public void onNext(PublishReceipt receipt) {
                receipts.add(receipt);
            }

            @Override
            public void onError(Throwable error) {
                failure.set(error);
                end.countDown();
            }

            @Override
            public void onCompleted() {
                end.countDown();
            }
        });
        int count = 3_000;
        for (int i = 0; i < count; i++) {
            requests.onNext(request(i % 100 == 7 ? "a..b" : "stream." + i % 20)
                    .setId("s-" + i)
                    .build());
        }
        requests.onCompleted();

        assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(failure.get()).isNull();
        assertThat(receipts).hasSize(count);
        for (int i = 0; i < count; i++) {
            if (i % 100 == 7) {
                assertThat(receipts.get(i).getError().getField()).isEqualTo("channel");
            } else {
                assertThat(receipts.get(i).getId()).isEqualTo("s-" + i);
            }
        }
    }

    /** A producer that does not read its receipts is not read from either. */
    @Test
    void shouldNotReadOnWhileReceiptsAreNotTaken() throws Exception {
        var call = new CompletableFuture<ClientCallStreamObserver<PublishRequest>>();
        List<PublishReceipt> receipts = Collections.synchronizedList(new ArrayList<>());
        var end = new CountDownLatch(1);
        var requests = async(PUBLISHER).publishStream(new ClientResponseObserver<PublishRequest, PublishReceipt>() {
            @Override
            public void beforeStart(ClientCallStreamObserver<PublishRequest> observer) {
                observer.disableAutoRequestWithInitial(0);
                call.complete(observer);
            }

            @Override
            public void onNext(PublishReceipt receipt) {
                receipts.add(receipt);
                call.join().request(1);
            }

            @Override
            public void onError(Throwable error) {
                end.countDown();
            }

            @Override
            public void onCompleted() {
                end.countDown();
            }
        });
        var payload = ByteString.copyFrom(new byte[8 * 1024]);
        int sent = 0;
        int most = 20_000;
        while (sent < most && becomesReady(call.join())) {
            requests.onNext(request("slow.a").setPayload(payload).build());
            sent++;
        }
        assertThat(sent)
                .as("events taken from a producer that does not take its receipts")
                .isLessThan(most);

        call.join().request(1);
        requests.onCompleted();
        assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(receipts).hasSize(sent);
        System.out.println("A producer that did not take its receipts was read up to event " + sent);
    }

    private static boolean becomesReady(ClientCallStreamObserver<?> call) {
        try {
            // Without a pause between two looks: at a tenth of a second each, 20,000 events would not be sent in the
            // time of any test.
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(3))
                    .until(call::isReady);
            return true;
        } catch (org.awaitility.core.ConditionTimeoutException stuck) {
            return false;
        }
    }

    private static PublishRequest.Builder request(String channel) {
        return PublishRequest.newBuilder().setChannel(channel).setPayload(ByteString.copyFromUtf8("{\"a\":1}"));
    }

    private static PublisherServiceGrpc.PublisherServiceBlockingStub stub(String token) {
        return with(PublisherServiceGrpc.newBlockingStub(CHANNEL), token).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static PublisherServiceGrpc.PublisherServiceStub async(String token) {
        return with(PublisherServiceGrpc.newStub(CHANNEL), token);
    }

    private static <S extends AbstractStub<S>> S with(S stub, String token) {
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(token)));
    }

    private static Metadata bearer(String token) {
        var headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return headers;
    }

    /** Sends bytes as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
