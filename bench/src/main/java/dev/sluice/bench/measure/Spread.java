package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Listening;
import dev.sluice.bench.load.Watch;
import dev.sluice.bench.server.EdgeUnderTest;
import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.time.Duration;

/**
 * What a delivery costs the edge where clients differ, beside what it costs where all are alike: each on a channel of its own, by a
 * hundred distinct filters, and few or many clients.
 */
final class Spread implements Measure {
    private static final int CHANNELS_PER_SECOND = 5_000;
    private static final int CHANNELS_EVENTS = 10;
    private static final int FILTERS = 100;
    static final double DELIVERIES_PER_SECOND = 20_000;
    private static final int[] COUNTS = {1_000, 5_000, 15_000};

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException {
        Settings settings = contest.settings();
        // What channels cost of their own is small beside what the JIT compiler takes until it has seen enough of them.
        for (int round = -settings.warmup(); round < settings.rounds(); round++) {
            double alike = micros(contest, settings.clients());
            double filtered = Quiet.cost(
                            contest,
                            contest.edge(),
                            settings.clients(),
                            DELIVERIES_PER_SECOND / settings.clients(),
                            client -> Listening.to(Server.CHANNEL)
                                    .by("source = '/bench' AND id <> 'nobody-" + client % FILTERS + "'"))
                    .cpuMicros();
            double apart = apart(contest, settings.idle());
            if (round >= 0) {
                figures.add("alike.cpuMicros", alike);
                figures.add("filters.cpuMicros", filtered);
                figures.add("filters.ratio", filtered / alike);
                figures.add("channels.cpuMicros", apart);
                figures.add("channels.ratio", apart / alike);
            }
        }
        for (int count : COUNTS) {
            figures.add("clients." + count + ".cpuMicros", micros(contest, count));
        }
    }

    private static double micros(Contest contest, int clients) throws IOException, InterruptedException {
        return Quiet.cost(contest, contest.edge(), clients, DELIVERIES_PER_SECOND / clients)
                .cpuMicros();
    }

    private static double apart(Contest contest, int channels) throws IOException, InterruptedException {
        EdgeUnderTest edge = contest.edge();
        var pace = new Pace(CHANNELS_PER_SECOND);
        var watch = new Watch(channels, CHANNELS_EVENTS, event -> 0, () -> {});
        try (Clients load = contest.open(edge, channels, client -> Listening.to("bench.own." + client))) {
            load.measure(watch);
            Duration before = Processes.cpu(edge.pid());
            int[] next = {0};
            pace.keep(channels * CHANNELS_EVENTS, () -> edge.send("bench.own." + next[0]++ % channels));
            watch.await();
            return Processes.cpu(edge.pid()).minus(before).toNanos() / 1e3 / (channels * CHANNELS_EVENTS);
        }
    }
}
