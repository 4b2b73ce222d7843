package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Listening;
import dev.sluice.bench.load.Watch;
import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * What an event costs that comes alone, as most users' events do: the server's CPU a delivery (all of the process: reading Kafka and
 * the compiler are in it), how much later than the first client the others have it, and how much later than it was to be sent.
 */
final class Quiet implements Measure {
    /** Of a round, at least so long. */
    private static final double SECONDS = 5;

    /** @param cpuMicros of the server, a delivery */
    record Cost(double cpuMicros, Histogram behindFirst, Histogram behindDue) {}

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException {
        Settings settings = contest.settings();
        for (int round = -settings.warmup(); round < settings.rounds(); round++) {
            Cost edge = cost(contest, contest.edge(), settings.clients(), settings.rate());
            Cost reference = cost(contest, contest.reference(), settings.clients(), settings.rate());
            if (round >= 0) {
                figures.compare("cpuMicros", edge.cpuMicros(), reference.cpuMicros());
                for (double percentile : new double[] {50, 99}) {
                    String p = "p" + (int) percentile + "Ms";
                    figures.compare(p, at(edge.behindFirst(), percentile), at(reference.behindFirst(), percentile));
                    figures.add(p + ".fromDue", at(edge.behindDue(), percentile));
                }
            }
        }
    }

    static Cost cost(Contest contest, Server server, int clients, double rate)
            throws IOException, InterruptedException {
        return cost(contest, server, clients, rate, client -> Listening.to(Server.CHANNEL));
    }

    static Cost cost(Contest contest, Server server, int clients, double rate, IntFunction<Listening> wanted)
            throws IOException, InterruptedException {
        return cost(contest, server, clients, rate, wanted, server::sendNext);
    }

    /** @param send one event */
    static Cost cost(
            Contest contest, Server server, int clients, double rate, IntFunction<Listening> wanted, Pace.Act send)
            throws IOException, InterruptedException {
        int events = (int) Math.ceil(rate * SECONDS);
        var pace = new Pace(rate);
        var watch = new Watch(clients, events, pace::due, () -> {});
        try (Clients load = contest.open(server, clients, wanted)) {
            load.measure(watch);
            Duration before = Processes.cpu(server.pid());
            pace.keep(events, send);
            watch.await();
            double cpu = Processes.cpu(server.pid()).minus(before).toNanos() / 1e3;
            return new Cost(cpu / ((double) clients * events), watch.behindFirst(), watch.behindDue());
        }
    }

    /** In ms. */
    static double at(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }
}
