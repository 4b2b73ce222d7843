package dev.sluice.system.drain;

import static dev.sluice.system.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.Connection;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.Received;
import dev.sluice.system.client.Refusal;
import dev.sluice.system.client.http.Http;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One of two replicas gets SIGTERM under load. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrainIT {
    private static final int CLIENTS = Integer.getInteger("sluice.drain.clients", 200);
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int BUCKETS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Sluice sluice = start();

    private static Sluice start() {
        var builder = Sluice.builder("drain").replicas(2);
        Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_DRAIN_WINDOW", WINDOW.toSeconds() + "s"));
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        // There is nobody left who would have to be let go.
        sluice.close();
    }

    /** One client over both of its connections. */
    private static final class Client {
        final Connection first;
        Optional<Connection> second = Optional.empty();

        Client(Connection first) {
            this.first = first;
        }

        String lastCursor() {
            return first.received().stream()
                    .map(Received::cursor)
                    .filter(cursor -> !cursor.isEmpty())
                    .reduce((before, next) -> next)
                    .orElseThrow();
        }

        List<String> texts() {
            List<String> texts = new ArrayList<>();
            first.events().forEach(event -> texts.add(event.text()));
            second.ifPresent(connection -> connection.events().forEach(event -> texts.add(event.text())));
            return texts;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldLetItsClientsGoOneAfterTheOtherWithoutLosingAnything(Protocol protocol) {
        var channel = Sluice.unique("drain." + protocol);
        var leaving = sluice.stack().service(protocol.edge(), 0);
        var clients = IntStream.range(0, CLIENTS)
                .mapToObj(i -> new Client(sluice.subscribe(protocol, 0, to(channel))))
                .toList();
        try {
            clients.forEach(client -> Expect.started(client.first));
            var number = 0;
            for (; number < 5; number++) {
                sluice.producer().text(channel, Integer.toString(number));
            }
            var begin = System.nanoTime();
            var stopped = CompletableFuture.runAsync(leaving::stop);
            var histogram = new int[BUCKETS + 1];
            var gone = 0;
            var refused = Optional.<Refusal>empty();
            while (gone < CLIENTS) {
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
                sluice.producer().text(channel, Integer.toString(number++));
                for (var client : clients) {
                    if (client.second.isEmpty() && client.first.ended().isPresent()) {
                        var bucket = (System.nanoTime() - begin) * BUCKETS / WINDOW.toNanos();
                        histogram[(int) Math.min(BUCKETS, bucket)]++;
                        gone++;
                        client.second = Optional.of(
                                sluice.subscribe(protocol, 1, to(channel).cursor(client.lastCursor())));
                    }
                }
                if (refused.isEmpty() && gone > 0 && gone < CLIENTS / 2) {
                    assertThat(Http.get(leaving.url().resolve("/q/health/ready"))
                                    .status())
                            .isEqualTo(503);
                    try (var late = sluice.subscribe(protocol, 0, to(channel))) {
                        refused = Optional.of(Expect.end(late));
                    }
                }
            }
            stopped.join();
            var last = number;
            sluice.producer().text(channel, Integer.toString(last));
            clients.forEach(client -> Expect.eventWith(client.second.orElseThrow(), Integer.toString(last)));

            System.out.printf(
                    "DrainIT: %s, %d clients, window %s: closed in each tenth %s, after it %d; %d events, none lost%n",
                    protocol,
                    CLIENTS,
                    WINDOW,
                    Arrays.toString(Arrays.copyOf(histogram, BUCKETS)),
                    histogram[BUCKETS],
                    last + 1);
            var all = IntStream.rangeClosed(0, last).mapToObj(Integer::toString).toList();
            for (var client : clients) {
                assertThat(client.first.controls("close")).hasSize(1);
                var close = client.first.controls("close").get(0);
                assertThat(close.members().path("reason").asText()).isEqualTo("draining");
                assertThat(close.members().path("reconnectAfterMs").asLong()).isPositive();
                assertThat(client.texts()).isEqualTo(all);
            }
            // Evenly would be a tenth; twice as much leaves room for a machine that stood still for a moment.
            assertThat(Arrays.stream(histogram).max().orElseThrow()).isLessThan(CLIENTS * 3 / BUCKETS);
            assertThat(refused).isPresent();
            // Of a refused handshake, the JDK's WebSocket client shows the status alone.
            var seen = refused.get();
            assertThat(seen.reason().isEmpty() ? seen.code() : seen.reason()).isIn("draining", "503");
        } finally {
            clients.forEach(client -> {
                client.first.close();
                client.second.ifPresent(Connection::close);
            });
            leaving.start();
        }
    }
}
