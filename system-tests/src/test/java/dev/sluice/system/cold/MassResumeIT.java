package dev.sluice.system.cold;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.crowd.Crowd;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everybody comes back at once, from further back than memory reaches: Kafka is read a few times, not once for each. */
@Tag("full")
class MassResumeIT {
    private static final int CLIENTS = 10_000;
    private static final int PARTITIONS = 12;
    /** Of 100 channels; who comes back listens to all of them. */
    private static final int EVENTS = 120;

    private static final int CURSORS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @Test
    void shouldServeThousandsFromAFewScans() {
        var builder = SmallMemory.builder("mass")
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.SSE_EDGE)
                .jvmFlags(Component.SSE_EDGE, "-Xmx768m", "-XX:MaxDirectMemorySize=512m");
        try (var sluice = new Sluice(builder.start());
                var crowd = new Crowd()) {
            var hall = Sluice.unique("mass");
            var cursors = new ArrayList<String>();
            try (var first = sluice.subscribe(Protocol.SSE, to(hall + ".*"))) {
                Expect.started(first);
                for (var number = 0; number < CURSORS; number++) {
                    sluice.producer().text(hall + ".c" + number, "first" + number);
                }
                Expect.events(first, CURSORS).forEach(event -> cursors.add(event.cursor()));
            }
            var last = cursors.get(CURSORS - 1);
            for (var number = 0; number < EVENTS; number++) {
                sluice.producer().text(hall + ".c" + number % CURSORS, "#" + number);
            }
            var edge = sluice.url(Component.SSE_EDGE);
            var token = sluice.admin();
            for (var i = 0; i < CLIENTS; i++) {
                // From many positions, the last of which comes most often, as after a crash.
                crowd.join(
                        edge,
                        token,
                        "channel=" + hall + ".*&cursor=" + (i % 10 == 0 ? cursors.get(i % CURSORS) : last));
            }
            var scans = Scrape.of(edge).sum("sluice_cold_scans_total", "");
            var begin = System.nanoTime();
            crowd.readUntilEachHas(EVENTS, PATIENCE);
            var seconds = (System.nanoTime() - begin) / 1e9;
            var cost = Scrape.of(edge).sum("sluice_cold_scans_total", "") - scans;
            System.out.printf(
                    "MassResumeIT: %d clients resumed at once, each %d events that had left memory: %.0f scans of %d partitions, %.0f s%n",
                    CLIENTS, EVENTS, cost, PARTITIONS, seconds);
            assertThat(cost).isPositive().isLessThanOrEqualTo(4 * PARTITIONS);
            assertThat(crowd.most()).isEqualTo(EVENTS);
        }
    }
}
