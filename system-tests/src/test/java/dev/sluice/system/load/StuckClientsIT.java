package dev.sluice.system.load;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStackBuilder;
import dev.sluice.local.Service;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.crowd.Crowd;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Thousands of clients that stopped reading, for good, while events go on. */
@Tag("full")
class StuckClientsIT {
    private static final int CLIENTS = Integer.getInteger("sluice.stuck.clients", 2_000);
    private static final String FILLING = "x".repeat(16 * 1024);
    /** More than memory holds, so that it is at its bound before anything is measured. */
    private static final int WARM_UP = 300;

    private static final int LOAD = 300;
    private static final int PROBES = 100;
    /** Clients that hold a buffer each, and how much there is for buffers. */
    private static final int APART = 700;

    /** Far less at a time than the tenth of the memory that is left when it counts as short. */
    private static final int STEP = 10;

    private static final int FEW_MEGABYTES = 32;
    private static final String LARGE = "x".repeat(60 * 1024);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** What a garbage collector and an allocator may leave lying about. */
    private static final long SLACK = 32L * 1024 * 1024;

    @Test
    void shouldKeepNothingForThemAndServeTheOthersAsBefore() {
        var builder = patient("stuck")
                .env(Component.SSE_EDGE, "SLUICE_LIMITS_CONNECTIONS_PER_USER", "0")
                .jvmFlags(Component.SSE_EDGE, "-Xmx768m", "-XX:MaxDirectMemorySize=768m");
        try (var sluice = new Sluice(builder.start());
                var crowd = new Crowd()) {
            var hall = Sluice.unique("stuck");
            var service = sluice.stack().service(Component.SSE_EDGE);
            try (var fast = sluice.subscribe(Protocol.SSE, to(hall + ".*"))) {
                Expect.started(fast);
                post(sluice, hall, WARM_UP);
                awaitEvents(fast, WARM_UP);
                var alone = median(sluice, hall, fast);

                var token = sluice.admin();
                for (var i = 0; i < CLIENTS; i++) {
                    crowd.joinWithoutReading(service.url(), token, "channel=" + hall + ".*");
                }
                Expect.eventually("that all are connected", PATIENCE, () -> Optional.of(Scrape.of(service.url()))
                        .filter(scrape -> scrape.sum("sluice_connections_active", "") >= CLIENTS + 1));
                post(sluice, hall, LOAD);
                Expect.eventually("that all are behind", PATIENCE, () -> Optional.of(Scrape.of(service.url()))
                        .filter(scrape -> scrape.sum("sluice_subscriptions_fell_behind_total", "") >= CLIENTS));
                // And once more, so that whatever the kernel takes for them is full.
                post(sluice, hall, LOAD);
                awaitEvents(fast, WARM_UP + 2 * LOAD + PROBES);
                var stuck = Footprint.of(service);
                var stuckRss = Rss.of(service.pid()).now();
                post(sluice, hall, LOAD);
                awaitEvents(fast, WARM_UP + 3 * LOAD + PROBES);
                var later = Footprint.of(service);
                var laterRss = Rss.of(service.pid()).now();
                var among = median(sluice, hall, fast);

                System.out.printf(
                        "StuckClientsIT: %d clients do not read; when all were stuck: %s, RSS %.0f MB; after %.0f MB more for each: %s, RSS %.0f MB;"
                                + " another client's median from post to event: %.1f ms alone, %.1f ms among them, ratio %.2f%n",
                        CLIENTS,
                        stuck,
                        stuckRss / 1e6,
                        LOAD * FILLING.length() / 1e6,
                        later,
                        laterRss / 1e6,
                        alone / 1e6,
                        among / 1e6,
                        (double) among / alone);
                assertThat(later.heap() - stuck.heap()).isLessThan(SLACK);
                assertThat(later.direct() - stuck.direct()).isLessThan(SLACK);
                assertThat(stuck.direct()).isLessThan(CLIENTS * 64L * 1024);
                assertThat(fast.ended()).isEmpty();
                assertThat(fast.events()).hasSize(WARM_UP + 3 * LOAD + 2 * PROBES);
            }
        }
    }

    /** Where there is not enough memory for what waits for each of them, the others go on, and nobody runs into its end. */
    @Test
    void shouldSendSomeAwayBeforeMemoryRunsOut() {
        var builder = patient("short").jvmFlags(Component.SSE_EDGE, "-XX:MaxDirectMemorySize=" + FEW_MEGABYTES + "m");
        try (var sluice = new Sluice(builder.start());
                var crowd = new Crowd()) {
            var hall = Sluice.unique("short");
            var service = sluice.stack().service(Component.SSE_EDGE);
            try (var fast = sluice.subscribe(Protocol.SSE, to(hall + ".*"))) {
                Expect.started(fast);
                var token = sluice.admin();
                // Each on a channel of its own: what is for several is there once.
                for (var i = 0; i < APART; i++) {
                    crowd.joinWithoutReading(service.url(), token, "channel=" + hall + ".c" + i);
                }
                Expect.eventually("that all are connected", PATIENCE, () -> Optional.of(Scrape.of(service.url()))
                        .filter(scrape -> scrape.sum("sluice_connections_active", "") >= APART + 1));
                var events = 0;
                while (disconnects(service, "unavailable") == 0) {
                    assertThat(events).as("events until memory is short").isLessThan(30 * APART);
                    post(sluice, hall, events, STEP, APART, LARGE);
                    events += STEP;
                    awaitEvents(fast, events);
                }
                Expect.eventually("that there is memory again", PATIENCE, () -> Optional.of(service.isReady())
                        .filter(ready -> ready));
                post(sluice, hall, events, STEP, APART, LARGE);
                events += STEP;
                awaitEvents(fast, events);

                System.out.printf(
                        "StuckClientsIT: of %d clients that do not read, each on its channel, with %d MB for buffers, %.0f were sent away after %d events of 60 KiB; %s%n",
                        APART, FEW_MEGABYTES, disconnects(service, "unavailable"), events, Footprint.of(service));
                assertThat(fast.ended()).isEmpty();
                assertThat(fast.events()).hasSize(events);
                assertThat(disconnects(service, "internal")).isZero();
            }
        }
    }

    /** An edge on which they may stay, whatever they cost, and a log that soon leaves memory. */
    private static LocalStackBuilder patient(String name) {
        return Sluice.builder(name)
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.SSE_EDGE)
                .env(Component.SSE_EDGE, "SLUICE_MEMORY_BYTES", "8M")
                .env(Component.SSE_EDGE, "SLUICE_CONNECTION_STALLED_AFTER", "0s");
    }

    private static double disconnects(Service service, String reason) {
        return Scrape.of(service.url()).sum("sluice_disconnects_total", "reason=\"" + reason + "\"");
    }

    private static void post(Sluice sluice, String hall, int events) {
        post(sluice, hall, 0, events, 10, FILLING);
    }

    /** To one channel after the other. */
    private static void post(Sluice sluice, String hall, int from, int events, int channels, String filling) {
        var batches = new Batches(sluice.producer());
        for (var number = from; number < from + events; number++) {
            batches.add(hall + ".c" + number % channels, number + "#" + filling);
        }
        batches.flush();
    }

    /** In nanoseconds, from before a post until its event is there. */
    private static long median(Sluice sluice, String hall, Connection fast) {
        var nanos = new long[PROBES];
        for (var i = 0; i < PROBES; i++) {
            var before = fast.received().size();
            var begin = System.nanoTime();
            sluice.producer().text(hall + ".probe", "probe");
            while (!hasEvent(fast, before) && fast.ended().isEmpty()) {
                Thread.onSpinWait();
            }
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        return nanos[PROBES / 2];
    }

    /** Among what came after so many messages: a heartbeat is none. */
    private static boolean hasEvent(Connection connection, int after) {
        var received = connection.received();
        return received.subList(after, received.size()).stream().anyMatch(Received.Event.class::isInstance);
    }

    private static void awaitEvents(Connection fast, int count) {
        Expect.eventually(
                count + " events", PATIENCE, () -> Optional.of(fast.events().size())
                        .filter(size -> size >= count));
    }
}
