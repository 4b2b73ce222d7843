package dev.sluice.system.drain;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.client.Background;
import dev.sluice.client.Received;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.GrpcRefusals;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The publisher gets SIGTERM while Kafka keeps those waiting who posted before. */
@Tag("full")
class PublisherDrainIT {
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
    private static final String CHANNEL = "drain.publisher";
    private static final int IN_FLIGHT = 3;
    /** What an event counts besides its data. */
    private static final int OVERHEAD = 1024;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What one {@code PublishStream} was answered. */
    private static final class Receipts implements StreamObserver<PublishReceipt> {
        final List<PublishReceipt> receipts = new CopyOnWriteArrayList<>();
        final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void onNext(PublishReceipt receipt) {
            receipts.add(receipt);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(GrpcRefusals.of(failure).summary());
        }

        @Override
        public void onCompleted() {
            end.complete("OK");
        }
    }

    @Test
    void shouldAnswerWhatItTookAndRefuseWhatComesAfter() throws IOException {
        var builder = Sluice.builder("publisher-drain")
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.SSE_EDGE)
                .env(Component.PUBLISHER, "SLUICE_PUBLISHER_KAFKA_ACKNOWLEDGE_TIMEOUT", "100s")
                .stopGrace(PATIENCE);
        try (var sluice = new Sluice(builder.start());
                var reader = sluice.subscribe(Protocol.SSE, to(CHANNEL));
                var background = new Background()) {
            var publisher = sluice.stack().service(Component.PUBLISHER);
            var kafka = sluice.stack().kafka().service();
            Expect.started(reader);
            sluice.producer().text(CHANNEL, "before");
            Expect.eventWith(reader, "before");
            var channel = Channels.open(publisher.url());
            try {
                var stub = PublisherServiceGrpc.newStub(Channels.withToken(channel, sluice.admin()));
                var idle = new Receipts();
                var busy = new Receipts();
                stub.publishStream(idle);
                leaveAmid(sluice, stub);
                var requests = stub.publishStream(busy);

                kafka.pause();
                var posted = background.call(() -> post(sluice, "by HTTP"));
                var called = background.call(() -> call(sluice, channel, "by gRPC"));
                requests.onNext(request("by a stream"));
                Expect.until(
                        "that all of it waits for Kafka",
                        () -> Scrape.of(publisher.url()).sum("sluice_publish_inflight_bytes", "")
                                >= IN_FLIGHT * OVERHEAD);
                var stopped = background.run(publisher::stop);

                // What comes before that is still taken, and waits for Kafka.
                Expect.until("that it knows of its end", () -> logOf(publisher).contains("Draining: "));
                var refused = Expect.eventually(
                        "a refusal because of the end", PATIENCE, () -> Optional.of(post(sluice, "too late"))
                                .filter(answer -> answer.refusal().reason().equals("draining")));
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).matches("[0-9]+");
                assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
                assertThat(refused.header("Connection")).isEqualToIgnoringCase("close");
                assertRefused(sluice, channel);
                assertThat(isDownBecauseOfItsEnd(Http.get(publisher.url().resolve("/q/health/ready"))))
                        .isTrue();
                assertThat(idle.end.join()).isEqualTo("UNAVAILABLE draining");
                assertThat(List.of(posted.isDone(), called.isDone(), busy.end.isDone(), stopped.isDone()))
                        .containsOnly(false);

                kafka.resume();
                assertThat(posted.join().status()).isEqualTo(201);
                assertThat(called.join().getCursor()).isNotEmpty();
                assertThat(busy.end.join()).isEqualTo("UNAVAILABLE draining");
                assertThat(busy.receipts).hasSize(1);
                assertThat(busy.receipts.get(0).getCursor()).isNotEmpty();
                stopped.join();
                assertThat(logOf(publisher)).contains("Drained").doesNotContain("Not everybody has an answer");
            } finally {
                channel.shutdownNow();
            }
            publisher.start();
            sluice.producer().text(CHANNEL, "after");
            Expect.eventWith(reader, "after");
            assertThat(reader.events().stream().map(Received.Event::text))
                    .containsExactlyInAnyOrder("before", "by HTTP", "by gRPC", "by a stream", "after");
        }
    }

    /** Producers that do not wait for their answers; nobody has to wait for them. */
    private static void leaveAmid(Sluice sluice, PublisherServiceGrpc.PublisherServiceStub stub) throws IOException {
        var cancelled = new Receipts();
        var requests = (ClientCallStreamObserver<PublishRequest>) stub.publishStream(cancelled);
        requests.onNext(PublishRequest.newBuilder().setChannel(".").build());
        Expect.until("the receipt of a refusal", () -> !cancelled.receipts.isEmpty());
        requests.cancel("enough", null);
        var url = sluice.url(Component.PUBLISHER);
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            var half = "POST /v1/channels/" + CHANNEL + "/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n"
                    + "Content-Type: text/plain\r\nAuthorization: Bearer " + sluice.admin() + "\r\n\r\nhalf";
            socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static String logOf(Service service) {
        try {
            return Files.readString(service.logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer post(Sluice sluice, String text) {
        return Http.send(sluice.producer()
                .channelPost(CHANNEL)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(text)));
    }

    private static PublishRequest request(String text) {
        return PublishRequest.newBuilder()
                .setChannel(CHANNEL)
                .setContentType("text/plain")
                .setPayload(ByteString.copyFromUtf8(text))
                .build();
    }

    private static PublishReceipt call(Sluice sluice, ManagedChannel channel, String text) {
        return PublisherServiceGrpc.newBlockingStub(Channels.withToken(channel, sluice.admin()))
                .publish(request(text));
    }

    private static void assertRefused(Sluice sluice, ManagedChannel channel) {
        try {
            throw new AssertionError("was answered by " + call(sluice, channel, "too late"));
        } catch (StatusRuntimeException refusal) {
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(GrpcRefusals.of(refusal).summary()).isEqualTo("UNAVAILABLE draining");
            assertThat(refusal.getTrailers().get(PUSHBACK)).matches("[0-9]+");
        }
    }

    /** Not because of Kafka, which does not answer either. */
    private static boolean isDownBecauseOfItsEnd(Answer readiness) {
        return readiness.status() == 503
                && StreamSupport.stream(readiness.json().path("checks").spliterator(), false)
                        .anyMatch(check -> check.path("name").asText().equals("Graceful Shutdown")
                                && check.path("status").asText().equals("DOWN"));
    }
}
