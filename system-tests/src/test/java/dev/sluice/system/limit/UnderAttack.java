package dev.sluice.system.limit;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Background;
import dev.sluice.client.Connection;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.load.Footprint;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A service that somebody attacks while others use it: they are served, and when the attacker has been sent away, there is not more in
 * its memory than before. Events to another client are timed, before and meanwhile; their ratio is printed.
 *
 * @param service an edge, whose client is watched; or the publisher, through which the events of that client go
 */
public record UnderAttack(Sluice sluice, Component service) {
    private static final int PROBES = 10;
    /** Netty keeps direct memory in chunks of 4 MB, of which each loop has its own: some more of them in use once are no leak. */
    private static final double MOST_GROWTH_MB = 48;

    /**
     * @param name for who reads the figures
     * @param attack runs until the service puts an end to it, and says what that took
     */
    public void serveOthers(String name, Supplier<String> attack) {
        var channel = Sluice.unique("rooms.attacked");
        var process = sluice.stack().service(service);
        var pid = process.pid();
        try (var background = new Background();
                var other = sluice.subscribe(watched(), to(channel))) {
            Expect.started(other);
            var before = Footprint.of(process);
            var alone = median(probes(other, channel, PROBES));

            var attacking = background.call(attack);
            var meanwhile = new ArrayList<Long>();
            do {
                meanwhile.addAll(probes(other, channel, 1));
            } while (!attacking.isDone());
            var end = attacking.join();

            var after = Footprint.of(process);
            System.out.printf(
                    Locale.ROOT,
                    "UnderAttack: %s on %s: %s; %d events to another client meanwhile, median %.1f ms, %.1f times that alone; before %s, after %s%n",
                    name,
                    service,
                    end,
                    meanwhile.size(),
                    median(meanwhile) / 1e6,
                    (double) median(meanwhile) / alone,
                    before,
                    after);
            assertThat((after.heap() + after.direct() - before.heap() - before.direct()) / 1e6)
                    .isLessThan(MOST_GROWTH_MB);
            assertThat(process.pid()).isEqualTo(pid);
            assertThat(process.isReady()).isTrue();
            assertThat(other.ended()).isEmpty();
        }
    }

    private Protocol watched() {
        return Protocol.MAIN.stream()
                .filter(protocol -> protocol.edge() == service)
                .findFirst()
                .orElse(Protocol.SSE);
    }

    /** From the post to the event, in ns. */
    private List<Long> probes(Connection client, String channel, int count) {
        var times = new ArrayList<Long>();
        for (var i = 0; i < count; i++) {
            var text = Sluice.unique("probe");
            var begin = System.nanoTime();
            sluice.producer().text(channel, text);
            Expect.eventWith(client, text);
            times.add(System.nanoTime() - begin);
        }
        return times;
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
    }
}
