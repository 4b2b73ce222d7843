package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Watch;
import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Deliveries a second, and the server's CPU for each, when events keep coming: the next are sent when those before them have
 * arrived at all clients, but for so many that may be on their way.
 *
 * @param burst how many are sent together
 */
record Flow(int burst) implements Measure {
    private static final int OUTSTANDING = 100;
    private static final int PATIENCE_SECONDS = 60;

    /** @param cpuMicros of the server, a delivery */
    record Result(double perSecond, double cpuMicros) {}

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException {
        Settings settings = contest.settings();
        for (int round = -settings.warmup(); round < settings.rounds(); round++) {
            Result edge = run(contest, contest.edge(), settings.events());
            Result reference = run(contest, contest.reference(), settings.events());
            if (round >= 0) {
                figures.compare("perSecond", edge.perSecond(), reference.perSecond());
                figures.compare("cpuMicros", edge.cpuMicros(), reference.cpuMicros());
            }
        }
    }

    /** @param most events; a burst is never cut */
    Result run(Contest contest, Server server, int most) throws IOException, InterruptedException {
        int clients = contest.settings().clients();
        int events = most / burst * burst;
        var mayBeSent = new Semaphore(OUTSTANDING);
        var watch = new Watch(clients, events, event -> 0, mayBeSent::release);
        try (Clients load = contest.open(server, clients)) {
            load.measure(watch);
            Duration before = Processes.cpu(server.pid());
            long begin = System.nanoTime();
            for (int sent = 0; sent < events; sent += burst) {
                if (!mayBeSent.tryAcquire(burst, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("of " + sent + " events some do not arrive at all clients");
                }
                for (int i = 0; i < burst; i++) {
                    server.sendNext();
                }
            }
            watch.await();
            double deliveries = (double) clients * events;
            return new Result(
                    deliveries * 1e9 / (System.nanoTime() - begin),
                    Processes.cpu(server.pid()).minus(before).toNanos() / 1e3 / deliveries);
        }
    }
}
