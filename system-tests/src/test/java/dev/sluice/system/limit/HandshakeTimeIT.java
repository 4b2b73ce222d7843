package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.grpc.Channels;
import dev.sluice.client.http.Http2Frames;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.stack.Sluice;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that never come to the point, also those that go on sending: they are cut off, and who listens is not. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandshakeTimeIT {
    /** Connections that stand still in each way at the same time. */
    private static final int OF_A_KIND = 40;

    private static final int DROPS_A_SECOND = 10;
    private static final int SECONDS = 4;

    private final ScheduledExecutorService trickle = Executors.newScheduledThreadPool(2);
    private final Sluice sluice = start();

    private static Sluice start() {
        var builder = Sluice.builder("handshake-time");
        Sluice.SERVICES.forEach(service -> builder.env(service, "SLUICE_LIMITS_HANDSHAKE_TIME", SECONDS + "s")
                .env(service, "SLUICE_PROXY_PROTOCOL_FROM", "127.0.0.0/8"));
        return new Sluice(builder.start());
    }

    static List<Component> services() {
        return Sluice.SERVICES;
    }

    @AfterAll
    void stop() {
        trickle.shutdownNow();
        sluice.close();
    }

    @ParameterizedTest
    @MethodSource("services")
    @Hits(Limit.HANDSHAKE_TIME)
    void shouldCutOffWhoStandsStillAndServeOthers(Component service) {
        var url = sluice.url(service);
        var before = Limits.hits(url, "handshake-time");
        var token = sluice.token("mallory");
        List<RawClient> still = new ArrayList<>();
        try {
            new UnderAttack(sluice, service).serveOthers("standing still", () -> {
                for (var kind : Standstill.values()) {
                    for (var i = 0; i < OF_A_KIND; i++) {
                        var client = RawClient.connect(url);
                        still.add(client);
                        kind.begin(client, service, token);
                        trickle(client, kind.drop());
                    }
                }
                still.forEach(RawClient::awaitEnd);
                return still.size() + " connections were cut off";
            });
            Expect.until("that all are counted", () -> Limits.hits(url, "handshake-time") == before + still.size());
        } finally {
            still.forEach(RawClient::close);
        }
    }

    /** Until the connection has ended. */
    private void trickle(RawClient client, byte[] drop) {
        if (drop.length > 0) {
            trickle.scheduleAtFixedRate(() -> client.send(drop), 0, 1_000 / DROPS_A_SECOND, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void shouldSayWhyWhereThereIsARequestToAnswer() {
        var clients = services().stream()
                .map(service -> RawClient.connect(sluice.url(service))
                        .send(Standstill.head(service, sluice.token("alice"), 1_000)))
                .toList();
        for (var i = 0; i < clients.size(); i++) {
            try (var client = clients.get(i)) {
                var answer = client.awaitEnd();
                if (services().get(i) == Component.GRPC_EDGE) {
                    assertThat(answer)
                            .contains("\r\ngrpc-status: 4\r\n")
                            .contains("\r\nsluice-reason: request-timeout\r\n");
                } else {
                    assertThat(answer)
                            .startsWith("HTTP/1.1 408 Request Timeout\r\n")
                            .containsIgnoringCase("\r\ncontent-type: application/problem+json\r\n")
                            .containsIgnoringCase("\r\nconnection: close\r\n")
                            .contains("\"reason\":\"request-timeout\"");
                }
            }
        }
    }

    /** The connection has others that are in time. */
    @Test
    void shouldEndTheStreamAloneOverHttp2() {
        try (var client = RawClient.connect(sluice.url(Component.PUBLISHER))) {
            client.send(Http2Frames.opening())
                    .send(Http2Frames.frame(
                            Http2Frames.HEADERS,
                            Http2Frames.END_HEADERS,
                            1,
                            Http2Frames.request("POST", "/v1/channels/rooms.lobby/events", sluice.token("alice"))));
            client.readUntil("request-timeout");
            client.send(Http2Frames.frame(
                    Http2Frames.HEADERS,
                    Http2Frames.END_HEADERS | Http2Frames.END_STREAM,
                    3,
                    Http2Frames.request("GET", "/q/health/live", sluice.token("alice"))));
            client.readUntil("UP");
        }
    }

    /** Twice the time that a body has of which nothing comes. A conversation has all the time of the world meanwhile. */
    @Test
    void shouldTakeALargeBodyOverALineThatIsSlowButSteadyAndLetConversationsRest() {
        var channel = Channels.open(sluice.url(Component.PUBLISHER));
        var receipt = new CompletableFuture<PublishReceipt>();
        var stream = PublisherServiceGrpc.newStub(Channels.withToken(channel, sluice.token("alice")))
                .publishStream(new FirstReceipt(receipt));
        try {
            takeSlowly();
            assertThat(receipt).isNotDone();
            stream.onNext(PublishRequest.newBuilder().setChannel("rooms.lobby").build());
            assertThat(receipt).succeedsWithin(Expect.PATIENCE);
        } finally {
            channel.shutdownNow();
        }
    }

    private record FirstReceipt(CompletableFuture<PublishReceipt> receipt) implements StreamObserver<PublishReceipt> {
        @Override
        public void onNext(PublishReceipt first) {
            receipt.complete(first);
        }

        @Override
        public void onError(Throwable end) {
            receipt.completeExceptionally(end);
        }

        @Override
        public void onCompleted() {
            receipt.completeExceptionally(new AssertionError("the stream ended"));
        }
    }

    private void takeSlowly() {
        var pieces = 2 * SECONDS * DROPS_A_SECOND;
        var piece = "x".repeat(400);
        try (var client = RawClient.connect(sluice.url(Component.PUBLISHER))) {
            client.send(Standstill.head(Component.PUBLISHER, sluice.token("alice"), pieces * piece.length()));
            var sent = new AtomicInteger();
            var sending = trickle.scheduleAtFixedRate(
                    () -> {
                        if (sent.getAndIncrement() < pieces) {
                            client.send(piece);
                        }
                    },
                    0,
                    1_000 / DROPS_A_SECOND,
                    TimeUnit.MILLISECONDS);
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 201 ");
            sending.cancel(true);
        }
    }
}
