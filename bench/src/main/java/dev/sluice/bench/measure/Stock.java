package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.reference.Extensions;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** The edge beside what a Quarkus application does that uses the extensions as they are made for: the figures of ADR 1 and ADR 3. */
final class Stock implements Measure {
    /** Of the events of a round: they are slower, and keep in memory what waits. */
    private static final int SHARE = 10;

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException, ExecutionException {
        Settings settings = contest.settings();
        int events = settings.events() / SHARE;
        try (Extensions extensions = Extensions.start(contest.protocol(), settings.payload())) {
            Contest.pin(settings, extensions);
            for (int round = -settings.warmup(); round < settings.rounds(); round++) {
                double edge = Drain.perSecond(contest, contest.edge(), events);
                double extension = Drain.perSecond(contest, extensions, events);
                double edgeCpu = cpu(contest, contest.edge());
                double extensionCpu = cpu(contest, extensions);
                if (round >= 0) {
                    figures.add("perSecond.edge", edge);
                    figures.add("perSecond.extension", extension);
                    figures.add("cpuMicros.edge", edgeCpu);
                    figures.add("cpuMicros.extension", extensionCpu);
                }
            }
            figures.add("residentKb.extension", connection(contest, extensions));
        }
    }

    private static double cpu(Contest contest, Server server) throws IOException, InterruptedException {
        Settings settings = contest.settings();
        return Quiet.cost(contest, server, settings.clients(), settings.rate()).cpuMicros();
    }

    private static double connection(Contest contest, Server server) throws IOException, InterruptedException {
        int clients = contest.settings().clients();
        double without = server.resident();
        try (Clients waiting = contest.open(server, clients)) {
            double resident = server.resident();
            waiting.measure();
            return (resident - without) / clients / 1e3;
        }
    }
}
