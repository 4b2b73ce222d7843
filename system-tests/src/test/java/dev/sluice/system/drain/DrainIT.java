package dev.sluice.system.drain;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Background;
import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Http;
import dev.sluice.client.http.Producer;
import dev.sluice.client.sse.SseClient;
import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One of two replicas of each edge gets SIGTERM under load. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrainIT {
    /** In all: a third of them on each protocol, half of these on the replica that goes. */
    private static final int CLIENTS = Integer.getInteger("sluice.drain.clients", 2_000);

    private static final int OF_EACH = CLIENTS / 6;
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final int BUCKETS = 10;
    /** Of the clients of a protocol, in a tenth of the window: evenly it would be a tenth; the rest is for a replica that is held up. */
    private static final double MOST = 0.3;

    private static final int THREADS = 4;
    private static final int POLLS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Sluice sluice = start();
    /** One for all: asking for 2,000 would take longer than what is tested. */
    private final String token = sluice.admin();

    private final Producer producer = sluice.producer(token);

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

    /** One client over both of its connections; times are of {@link System#nanoTime()}. */
    private final class Client {
        final Protocol protocol;
        final SubscriptionRequest request;
        final Connection first;
        volatile @Nullable Connection second;
        boolean gone;
        long goneNanos;
        volatile long backNanos;

        Client(Protocol protocol, int replica, String channel) {
            this.protocol = protocol;
            this.request = to(channel);
            this.first = protocol.subscribe(sluice.url(protocol.edge(), replica), token, request);
        }

        /** When its connection has ended, it comes back where there is another replica, and when it was told to. */
        void follow(ScheduledExecutorService scheduler) {
            if (!gone && first.ended().isPresent()) {
                gone = true;
                goneNanos = System.nanoTime();
                var unused = scheduler.schedule(this::comeBack, reconnectAfterMs(), TimeUnit.MILLISECONDS);
            }
        }

        private void comeBack() {
            backNanos = System.nanoTime();
            second = protocol.subscribe(sluice.url(protocol.edge(), 1), token, request.cursor(lastCursor()));
        }

        private long reconnectAfterMs() {
            return first.controls("close").stream()
                    .mapToLong(close -> close.members().path("reconnectAfterMs").asLong())
                    .findFirst()
                    .orElse(0);
        }

        private String lastCursor() {
            return first.received().stream()
                    .map(Received::cursor)
                    .filter(cursor -> !cursor.isEmpty())
                    .reduce((before, next) -> next)
                    .orElseThrow();
        }

        Stream<Connection> connections() {
            return Stream.of(Optional.of(first), Optional.ofNullable(second)).flatMap(Optional::stream);
        }

        List<String> texts() {
            return connections()
                    .flatMap(connection -> connection.events().stream())
                    .map(Received.Event::text)
                    .toList();
        }
    }

    @Test
    void shouldLetItsClientsGoOneAfterTheOtherWithoutLosingAnything() throws Exception {
        var channel = Sluice.unique("drain");
        var leaving = Component.EDGES.stream()
                .map(edge -> sluice.stack().service(edge, 0))
                .toList();
        leaving.forEach(Service::start);
        var going = connect(channel, 0);
        var staying = connect(channel, 1);
        var everybody = Stream.concat(going.stream(), staying.stream()).toList();
        var scheduler = Executors.newScheduledThreadPool(THREADS);
        var looks = new Looks();
        try (var background = new Background()) {
            awaitAll(
                    "that all listen", everybody, client -> client.first.start().isPresent());
            var posted = new AtomicInteger();
            var producing = scheduler.scheduleWithFixedDelay(
                    () -> producer.text(channel, Integer.toString(posted.getAndIncrement())),
                    0,
                    200,
                    TimeUnit.MILLISECONDS);
            var following = scheduler.scheduleWithFixedDelay(
                    () -> {
                        looks.look();
                        going.forEach(client -> client.follow(scheduler));
                    },
                    0,
                    20,
                    TimeUnit.MILLISECONDS);
            awaitAll("the first event", everybody, client -> client.texts().contains("0"));

            var begin = System.nanoTime();
            var stopped = CompletableFuture.allOf(
                    leaving.stream().map(edge -> background.run(edge::stop)).toArray(CompletableFuture<?>[]::new));
            Protocol.MAIN.forEach(protocol -> assertTakesNobody(protocol, channel));
            awaitAll("that all have come back", going, client -> {
                assertThat(producing.isDone() || following.isDone())
                        .as("posting or following failed")
                        .isFalse();
                return client.second != null;
            });
            stopped.join();
            following.cancel(false);
            producing.cancel(false);
            scheduler.shutdown();
            assertThat(scheduler.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            var last = posted.get();
            producer.text(channel, Integer.toString(last));
            awaitAll("the last event", everybody, client -> client.texts().contains(Integer.toString(last)));

            var all = IntStream.rangeClosed(0, last).mapToObj(Integer::toString).toList();
            everybody.forEach(client -> assertThat(client.texts()).isEqualTo(all));
            going.forEach(DrainIT::assertToldToGo);
            staying.forEach(client -> assertThat(client.first.ended()).isEmpty());
            Protocol.MAIN.forEach(protocol -> assertSpread(protocol, going, begin, looks, last + 1));
        } finally {
            scheduler.shutdownNow();
            everybody.forEach(client -> client.connections().forEach(Connection::close));
        }
    }

    /** All at once: a wait for each would take minutes. */
    private static void awaitAll(String what, List<Client> clients, Predicate<Client> done) {
        var waiting = new ArrayList<>(clients);
        try {
            Expect.eventually(what, PATIENCE, () -> {
                waiting.removeIf(done);
                return waiting.isEmpty() ? Optional.of(true) : Optional.empty();
            });
        } catch (ConditionTimeoutException late) {
            var missing = waiting.get(0);
            throw new AssertionError(
                    what + ": not " + waiting.size() + " of " + clients.size() + ", such as one on " + missing.protocol
                            + ", which received " + missing.first.received() + " and ended with "
                            + missing.first.ended(),
                    late);
        }
    }

    private List<Client> connect(String channel, int replica) {
        return Protocol.MAIN.stream()
                .flatMap(protocol -> IntStream.range(0, OF_EACH).mapToObj(i -> new Client(protocol, replica, channel)))
                .toList();
    }

    private void assertTakesNobody(Protocol protocol, String channel) {
        var ready = sluice.url(protocol.edge(), 0).resolve("/q/health/ready");
        Expect.until("that it is not ready", () -> Http.get(ready).status() == 503);
        try (var late = sluice.subscribe(protocol, 0, to(channel))) {
            var refusal = Expect.end(late);
            // Of a refused handshake, the JDK's WebSocket client shows the status alone.
            assertThat(refusal.reason().isEmpty() ? refusal.code() : refusal.reason())
                    .isIn("draining", "503");
        }
    }

    private static void assertToldToGo(Client client) {
        var received = client.first.received();
        assertThat(received.get(received.size() - 1)).isInstanceOfSatisfying(Received.Control.class, close -> {
            assertThat(close.kind()).isEqualTo("close");
            assertThat(close.members().path("reason").asText()).isEqualTo("draining");
            assertThat(close.members().path("reconnectAfterMs").asLong()).isPositive();
        });
        assertThat(client.first.ended().orElseThrow().code()).isIn("200", "1012", "UNAVAILABLE");
    }

    /** When it was looked whether clients have gone: what happened while the test itself was held up shows in one lump. */
    private static final class Looks {
        private long lastNanos;
        private volatile long longestNanos;

        void look() {
            var now = System.nanoTime();
            longestNanos = lastNanos == 0 ? 0 : Math.max(longestNanos, now - lastNanos);
            lastNanos = now;
        }

        double longestPartOfWindow() {
            return (double) longestNanos / WINDOW.toNanos();
        }
    }

    private static void assertSpread(Protocol protocol, List<Client> going, long begin, Looks looks, int events) {
        var clients =
                going.stream().filter(client -> client.protocol == protocol).toList();
        var closed = histogram(clients, begin, client -> client.goneNanos);
        var back = histogram(clients, begin, client -> client.backNanos);
        System.out.printf(
                "DrainIT: %s, %d of %d clients, window %s: closed in each tenth %s, came back in each tenth %s (the last is what came after the window); %d events, none lost%n",
                protocol, clients.size(), CLIENTS, WINDOW, Arrays.toString(closed), Arrays.toString(back), events);
        assertThat((double) Arrays.stream(closed).max().orElseThrow() / clients.size())
                .isLessThanOrEqualTo(MOST + looks.longestPartOfWindow());
    }

    private static int[] histogram(List<Client> clients, long begin, ToLongFunction<Client> nanos) {
        var histogram = new int[BUCKETS + 1];
        clients.forEach(client -> {
            var bucket = (nanos.applyAsLong(client) - begin) * BUCKETS / WINDOW.toNanos();
            histogram[(int) Math.min(BUCKETS, bucket)]++;
        });
        return histogram;
    }

    @Test
    void shouldAnswerTheLongPollsThatWait() {
        var channel = Sluice.unique("drain.poll");
        var leaving = sluice.stack().service(Component.SSE_EDGE, 0);
        leaving.start();
        var start = poll(0, to(channel)).path("cursor").asText();
        try (var background = new Background()) {
            List<CompletableFuture<JsonNode>> polls = new ArrayList<>();
            for (var i = 0; i < POLLS; i++) {
                var request = to(channel).cursor(start).with("wait", "60");
                polls.add(background.call(() -> poll(0, request)));
            }
            Expect.until("that all wait", () -> Scrape.of(leaving.url()).sum("sluice_connections_active", "") >= POLLS);
            leaving.stop();
            producer.text(channel, "after it");
            for (var answer : polls.stream().map(CompletableFuture::join).toList()) {
                assertThat(answer.path("events")).isEmpty();
                var next = to(channel).cursor(answer.path("cursor").asText()).with("wait", "60");
                assertThat(poll(1, next).path("events")).hasSize(1);
            }
        }
    }

    private JsonNode poll(int replica, SubscriptionRequest request) {
        var answer = SseClient.poll(sluice.url(Component.SSE_EDGE, replica), token, request);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }
}
