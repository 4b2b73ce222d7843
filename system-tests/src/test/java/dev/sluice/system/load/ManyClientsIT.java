package dev.sluice.system.load;

import dev.sluice.client.Connection;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("full")
@ExtendWith(SharedSluice.class)
class ManyClientsIT {

    private static final int CLIENTS_PER_PROTOCOL = 50;
    private static final int EVENTS_PER_CHANNEL = 50;
    private static final Hall HALL = new Hall("load", 20, 10);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Sluice sluice;

    ManyClientsIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldDeliverToEachClientExactlyItsEventsInOrderPerChannel() {
        List<Audience> audience = new ArrayList<>();
        try {
            Protocol.MAIN.forEach(
                    protocol -> audience.addAll(Audience.of(sluice, protocol, CLIENTS_PER_PROTOCOL, HALL)));
            audience.forEach(client -> Expect.started(client.connection()));

            var begin = System.nanoTime();
            post();
            var posted = System.nanoTime();
            audience.forEach(ManyClientsIT::awaitAll);
            var delivered = System.nanoTime();

            // Whatever came too much would have come by now: this is behind everything on every connection.
            audience.forEach(client ->
                    Sequence.assertExactly(client.name(), client.connection(), client.channels(), EVENTS_PER_CHANNEL));
            report(audience, posted - begin, delivered - begin);
        } finally {
            audience.stream().map(Audience::connection).forEach(Connection::close);
        }
    }

    /** Channel by channel in turn, so that neighbours in the log are of different channels. */
    private void post() {
        var batches = new Batches(sluice.producer());
        var channels = HALL.channels();
        for (var number = 0; number < EVENTS_PER_CHANNEL; number++) {
            for (var channel : channels) {
                batches.add(channel, Sequence.payload(channel, number));
            }
        }
        batches.flush();
    }

    private static void awaitAll(Audience client) {
        var expected = client.expected(EVENTS_PER_CHANNEL);
        Expect.eventually(expected + " events at " + client.name(), PATIENCE, () -> {
            var received = client.connection().events().size();
            if (client.connection().ended().isPresent()) {
                throw new AssertionError(
                        client.name() + " ended: " + client.connection().ended().get() + " after " + received);
            }
            return received >= expected ? Optional.of(received) : Optional.empty();
        });
    }

    private static void report(List<Audience> audience, long postNanos, long deliverNanos) {
        var deliveries = audience.stream()
                .mapToInt(client -> client.connection().events().size())
                .sum();
        System.out.printf(
                "ManyClientsIT: %d events over %d channels posted in %.1f s; %d clients got %d deliveries in %.1f s (%.0f/s)%n",
                HALL.channels().size() * EVENTS_PER_CHANNEL,
                HALL.channels().size(),
                postNanos / 1e9,
                audience.size(),
                deliveries,
                deliverNanos / 1e9,
                deliveries / (deliverNanos / 1e9));
    }
}
