package dev.sluice.system.load;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that stop reading. If what they miss was kept for each of them, it would be more than an edge's whole heap; as it is, it
 * stands in the recent log, which is at its bound before anything is measured.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientsIT {

    private static final int CLIENTS = 12;
    private static final int EVENTS = 1_500;
    private static final String FILLING = "x".repeat(8 * 1024);
    /** As much as an edge of this heap takes: room for more than {@code EVENTS}, so that nothing of it is lost to the clients. */
    private static final int MEMORY_MIB = 60;
    /** More than there is room for, whichever the protocol: each event is held at least twice, as it came and in one encoding. */
    private static final int WARM_UP = MEMORY_MIB * 1024 / (2 * 8) + 500;
    /** What {@code EVENTS} would take if they were kept just once more. */
    private static final long ONCE_MORE = (long) EVENTS * 8 * 1024;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Sluice sluice = start();

    private static Sluice start() {
        var builder = Sluice.builder("slow-clients");
        Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_MEMORY_BYTES", MEMORY_MIB + "M")
                // However long the posting takes.
                .env(edge, "SLUICE_CONNECTION_STALLED_AFTER", "0s")
                // A heartbeat would help on whoever nobody told that the socket drains.
                .env(edge, "SLUICE_HEARTBEAT_INTERVAL", "1h"));
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldCatchUpWithEverythingWhileTheEdgeKeepsNothingForThem(Protocol protocol) {
        var channel = Sluice.unique("slow." + protocol);
        var edge = sluice.stack().service(protocol.edge());
        fillTheRecentLog(protocol);
        var slow = connect(() -> sluice.subscribe(protocol, to(channel)));
        var latest = sluice.subscribe(protocol, to(channel).with("overflow", "latest"));
        try (var fast = sluice.subscribe(protocol, to(channel))) {
            Expect.started(fast);
            Expect.started(latest);
            var before = Footprint.of(edge);
            Stream.concat(slow.stream(), Stream.of(latest)).forEach(Connection::pauseReading);
            post(channel, EVENTS);
            await(fast, EVENTS);
            var meanwhile = Footprint.of(edge);
            var receivedWhilePaused = slow.stream()
                    .mapToInt(client -> client.events().size())
                    .max()
                    .orElse(0);

            slow.forEach(Connection::resumeReading);
            slow.forEach(client -> await(client, EVENTS));
            var after = Footprint.of(edge);
            slow.forEach(client -> Sequence.assertExactly("a slow client", client, List.of(channel), EVENTS));
            Sequence.assertExactly("the fast client", fast, List.of(channel), EVENTS);

            latest.resumeReading();
            assertConflated(latest);
            System.out.printf(
                    "SlowClientsIT: %s, %d paused clients missed %d events (%.0f MB) each, read at most %d meanwhile: before %s; meanwhile %s; after %s%n",
                    protocol, CLIENTS, EVENTS, EVENTS * 8 * 1024 / 1e6, receivedWhilePaused, before, meanwhile, after);
            assertThat(receivedWhilePaused).isLessThan(EVENTS);
            assertThat(meanwhile.heap() - before.heap()).isLessThan(ONCE_MORE);
            assertThat(meanwhile.direct() - before.direct()).isLessThan(ONCE_MORE);
        } finally {
            latest.close();
            slow.forEach(Connection::close);
        }
    }

    /** With events that were encoded for somebody, as those will be that follow. */
    private void fillTheRecentLog(Protocol protocol) {
        var channel = Sluice.unique("warm-up." + protocol);
        try (var reader = sluice.subscribe(protocol, to(channel))) {
            Expect.started(reader);
            post(channel, WARM_UP);
            await(reader, WARM_UP);
        }
    }

    private static void assertConflated(Connection latest) {
        var last = Expect.event(latest, event -> number(event) == EVENTS - 1);
        var numbers = latest.events().stream().map(SlowClientsIT::number).toList();
        assertThat(numbers).isSorted().doesNotHaveDuplicates().hasSizeLessThan(EVENTS);
        assertThat(numbers.get(numbers.size() - 1)).isEqualTo(number(last));
    }

    private static int number(Received.Event event) {
        return Integer.parseInt(event.text().split("#")[1]);
    }

    private static List<Connection> connect(Supplier<Connection> opener) {
        var connections =
                IntStream.range(0, CLIENTS).mapToObj(i -> opener.get()).toList();
        connections.forEach(Expect::started);
        return connections;
    }

    private void post(String channel, int events) {
        var batches = new Batches(sluice.producer());
        for (var number = 0; number < events; number++) {
            batches.add(channel, Sequence.payload(channel, number) + "#" + FILLING);
        }
        batches.flush();
    }

    private static void await(Connection connection, int events) {
        Expect.eventually(events + " events", PATIENCE, () -> {
            if (connection.ended().isPresent()) {
                throw new AssertionError("ended: " + connection.ended().get() + " after "
                        + connection.events().size() + " events");
            }
            return connection.events().size() >= events ? Optional.of(events) : Optional.empty();
        });
    }
}
