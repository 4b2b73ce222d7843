package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.server.EdgeUnderTest;
import dev.sluice.bench.server.Pauses;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** Deliveries a second when all events are there at once: from the first byte at any client to the last event at the last one. */
final class Drain implements Measure {

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException, ExecutionException {
        Settings settings = contest.settings();
        Pauses before = contest.edge().pauses();
        for (int round = -settings.warmup(); round < settings.rounds(); round++) {
            if (round == 0) {
                before = contest.edge().pauses();
            }
            double edge = exactly(contest);
            double reference = perSecond(contest, contest.reference(), settings.events());
            if (round >= 0) {
                figures.compare("perSecond", edge, reference);
            }
        }
        Pauses pauses = contest.edge().pauses().since(before);
        figures.add("pauses.count", pauses.count());
        figures.add("pauses.ms", pauses.seconds() * 1e3);
        figures.add("pauses.longestMs", pauses.longest() * 1e3);
    }

    /** The edge counts what it has delivered: each event to each client, and none twice. */
    private static double exactly(Contest contest) throws IOException, InterruptedException, ExecutionException {
        EdgeUnderTest edge = contest.edge();
        Settings settings = contest.settings();
        long before = edge.delivered();
        double perSecond = perSecond(contest, edge, settings.events());
        edge.requireDelivered(before + (long) settings.clients() * settings.events());
        return perSecond;
    }

    static double perSecond(Contest contest, Server server, int events)
            throws IOException, InterruptedException, ExecutionException {
        int clients = contest.settings().clients();
        try (Clients load = contest.open(server, clients)) {
            load.measure();
            server.sendAll(events);
            return (double) clients * events * 1e9 / load.await().nanos();
        }
    }
}
