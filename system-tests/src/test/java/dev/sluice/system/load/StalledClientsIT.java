package dev.sluice.system.load;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that read nothing although something waits for them are let go; clients that read slowly are not. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StalledClientsIT {
    private static final String FILLING = "x".repeat(16 * 1024);
    /** More than the kernel takes for who does not read. */
    private static final int EVENTS = 800;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Sluice sluice = start();

    private static Sluice start() {
        var builder = Sluice.builder("stalled");
        Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_CONNECTION_STALLED_AFTER", "5s"));
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldCloseWhoReadsNothingAndLetItGoOnWhereItStood(Protocol protocol) throws InterruptedException {
        var channel = Sluice.unique("stalled." + protocol);
        var edge = sluice.stack().service(protocol.edge());
        var before = stalled(edge);
        var pace = Executors.newSingleThreadScheduledExecutor();
        try (var stuck = sluice.subscribe(protocol, to(channel));
                var slow = sluice.subscribe(protocol, to(channel));
                var idle = sluice.subscribe(protocol, to(Sluice.unique("stalled.idle")))) {
            Stream.of(stuck, slow, idle).forEach(Expect::started);
            stuck.pauseReading();
            slow.pauseReading();
            post(channel, 0, EVENTS);
            pace.scheduleWithFixedDelay(() -> readALittle(slow), 0, 10, TimeUnit.MILLISECONDS);
            awaitStalled(edge, before + 1);
            pace.shutdown();
            assertThat(pace.awaitTermination(1, TimeUnit.MINUTES)).isTrue();

            Stream.of(stuck, slow).forEach(Connection::resumeReading);
            Expect.end(stuck);
            try (var again = sluice.subscribe(protocol, to(channel).cursor(lastCursor(stuck)))) {
                Expect.started(again);
                post(channel, EVENTS, EVENTS + 1);
                Stream.of(again, slow).forEach(client -> awaitEvent(client, EVENTS));
                var all = IntStream.rangeClosed(0, EVENTS).boxed().toList();
                assertThat(Stream.concat(numbers(stuck).stream(), numbers(again).stream()))
                        .containsExactlyElementsOf(all);
                assertThat(numbers(slow)).isEqualTo(all);
            }
            assertThat(idle.ended()).isEmpty();
            assertThat(stalled(edge)).isEqualTo(before + 1);
        } finally {
            pace.shutdownNow();
        }
    }

    /** On HTTP/2 the stream is reset first, and the connection when it does not take that either. */
    @ParameterizedTest
    @EnumSource
    void shouldResetTheConnectionOfWhoDoesNotReadItsEndEither(RawSubscription raw) throws IOException {
        var channel = Sluice.unique("stalled.raw." + raw);
        var edge = sluice.stack().service(raw.edge());
        var before = stalled(edge);
        var active = active(edge);
        try (var deaf = raw.open(edge.url(), sluice.admin(), channel);
                var slow = raw.open(edge.url(), sluice.admin(), channel)) {
            Expect.until("both sessions", () -> active(edge) == active + 2);
            post(channel, 0, EVENTS);
            // At most 50 KB/s: to these 5 s what 4 KB/s is to the default of a minute.
            var pieces = slow.getInputStream();
            Expect.eventually("the reset", PATIENCE, () -> {
                readUpTo(pieces, 1024);
                return raw.isReset(deaf) ? Optional.of(true) : Optional.empty();
            });

            assertThat(stalled(edge)).isEqualTo(before + 1);
            assertThat(active(edge)).isEqualTo(active + 1);
            assertThat(raw.isReset(slow)).isFalse();
        }
        Expect.until("that nobody is left", () -> active(edge) == active);
    }

    private static void readUpTo(InputStream in, int bytes) {
        try {
            // Never waits: the kernel may keep so small a socket waiting for longer than the other one takes.
            in.readNBytes(Math.min(bytes, in.available()));
        } catch (IOException lost) {
            throw new AssertionError("a slow client was cut off", lost);
        }
    }

    private static void readALittle(Connection connection) {
        connection.resumeReading();
        connection.pauseReading();
    }

    private void post(String channel, int from, int to) {
        var batches = new Batches(sluice.producer());
        for (var number = from; number < to; number++) {
            batches.add(channel, number + "#" + FILLING);
        }
        batches.flush();
    }

    private static void awaitStalled(Service edge, double count) {
        Expect.eventually("that a client counts as stalled", PATIENCE, () -> Optional.of(stalled(edge))
                .filter(stalled -> stalled >= count));
    }

    private static void awaitEvent(Connection connection, int number) {
        Expect.eventually("event " + number, PATIENCE, () -> Optional.of(numbers(connection))
                .filter(numbers -> numbers.contains(number)));
    }

    private static double stalled(Service edge) {
        return Scrape.of(edge.url()).sum("sluice_disconnects_total", "reason=\"stalled\"");
    }

    private static double active(Service edge) {
        return Scrape.of(edge.url()).sum("sluice_connections_active", "");
    }

    private static List<Integer> numbers(Connection connection) {
        return connection.events().stream()
                .map(event -> Integer.parseInt(event.text().split("#")[0]))
                .toList();
    }

    private static String lastCursor(Connection connection) {
        return connection.received().stream()
                .map(Received::cursor)
                .filter(cursor -> !cursor.isEmpty())
                .reduce((before, next) -> next)
                .orElseThrow();
    }
}
