package dev.sluice.bench.measure;

import com.google.protobuf.ByteString;
import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.server.Server;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Events a second that the publisher takes, until Kafka has the last of them: posted one by one, in batches, and on one stream of gRPC;
 * beside a bare producer. The clients have a core of their own, with Kafka.
 */
final class Publishing implements Measure {
    private static final String CHANNEL = Server.CHANNEL + ".posted";
    /** So many that the compiling of what sends them, on the load's core, is over in the rounds that count. */
    private static final int SINGLE = 20_000;

    private static final int SINGLE_OUTSTANDING = 32;
    private static final int BATCHED = 200_000;
    private static final int BATCH = 100;
    private static final int BATCHES_OUTSTANDING = 8;

    @Override
    public boolean suits(Protocol protocol) {
        // No edge is part of it.
        return protocol == Protocol.SSE;
    }

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException, ExecutionException {
        Settings settings = contest.settings();
        String json = "{\"text\":\"" + "x".repeat(settings.payload()) + "\"}";
        // An edge would read what is published, on the core that is to be measured.
        try (LocalStack stack = LocalStack.builder(Files.createTempDirectory("sluice-bench"))
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER)
                .jvmFlags(Component.PUBLISHER, "-XX:ActiveProcessorCount=1", "-Xmx512m")
                .start()) {
            Contest.pin(settings, stack, Component.PUBLISHER);
            take(settings, stack, json, figures);
        }
    }

    private static void take(Settings settings, LocalStack stack, String json, Figures.Of figures)
            throws InterruptedException, ExecutionException {
        var broker = new Broker(stack);
        try (var posts = new Posts(stack)) {
            for (int round = -settings.warmup(); round < settings.rounds(); round++) {
                double single = perSecond(SINGLE, 1, SINGLE_OUTSTANDING, i -> posts.send(CHANNEL, json));
                double batched = batched(posts, json);
                double grpc = grpc(stack, json);
                double bare = bare(broker, json);
                if (round >= 0) {
                    figures.add("single.perSecond", single);
                    figures.add("batched.perSecond", batched);
                    figures.add("grpc.perSecond", grpc);
                    figures.add("bare.perSecond", bare);
                    figures.add("batched.ratio", batched / bare);
                    figures.add("grpc.ratio", grpc / bare);
                }
            }
        }
    }

    private static double batched(Posts posts, String json) throws InterruptedException, ExecutionException {
        long run = System.nanoTime();
        return perSecond(
                BATCHED,
                BATCH,
                BATCHES_OUTSTANDING,
                batch -> posts.sendBatch(IntStream.range(0, BATCH)
                        .mapToObj(i -> "{\"specversion\":\"1.0\",\"id\":\"" + run + "-" + batch + "-" + i
                                + "\",\"source\":\"/bench\",\"type\":\"message\",\"channel\":\"" + CHANNEL
                                + "\",\"datacontenttype\":\"application/json\",\"data\":" + json + "}")
                        .collect(Collectors.joining(",", "[", "]"))));
    }

    /**
     * Sends events, so many in each post, as long as so many posts at most have no answer yet.
     *
     * @return how many a second were taken
     */
    static double perSecond(int events, int each, int outstanding, IntFunction<CompletableFuture<Void>> send)
            throws InterruptedException, ExecutionException {
        var mayBeSent = new Semaphore(outstanding);
        long begin = System.nanoTime();
        var all = new CompletableFuture<?>[events / each];
        for (int i = 0; i < all.length; i++) {
            mayBeSent.acquire();
            all[i] = send.apply(i).whenComplete((done, failure) -> mayBeSent.release());
        }
        CompletableFuture.allOf(all).get();
        return events * 1e9 / (System.nanoTime() - begin);
    }

    private static double bare(Broker broker, String json) {
        var record = Broker.record(CHANNEL, json);
        try (var producer = broker.producer(5)) {
            long begin = System.nanoTime();
            for (int i = 0; i < BATCHED; i++) {
                producer.send(Broker.again(record));
            }
            producer.flush();
            return BATCHED * 1e9 / (System.nanoTime() - begin);
        }
    }

    private static double grpc(LocalStack stack, String json) throws InterruptedException, ExecutionException {
        var address = stack.service(Component.PUBLISHER).url().getAuthority();
        ManagedChannel connection = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                .build();
        try {
            var headers = new Metadata();
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    "Bearer " + stack.identity().token("bench", "publisher"));
            var sending = new Sending(PublishRequest.newBuilder()
                    .setChannel(CHANNEL)
                    .setContentType("application/json")
                    .setPayload(ByteString.copyFromUtf8(json))
                    .build());
            long begin = System.nanoTime();
            PublisherServiceGrpc.newStub(connection)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .publishStream(sending);
            sending.done.get();
            return BATCHED * 1e9 / (System.nanoTime() - begin);
        } finally {
            connection.shutdownNow();
        }
    }

    /** Sends whenever there is room, and is done when each has its receipt. */
    private static final class Sending implements ClientResponseObserver<PublishRequest, PublishReceipt> {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final PublishRequest event;
        private int sent;

        Sending(PublishRequest event) {
            this.event = event;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<PublishRequest> stream) {
            stream.setOnReadyHandler(() -> {
                while (stream.isReady() && sent < BATCHED) {
                    stream.onNext(event);
                    if (++sent == BATCHED) {
                        stream.onCompleted();
                    }
                }
            });
        }

        @Override
        public void onNext(PublishReceipt receipt) {
            if (receipt.hasError()) {
                done.completeExceptionally(
                        new IllegalStateException(receipt.getError().getDetail()));
            }
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            done.complete(null);
        }
    }
}
