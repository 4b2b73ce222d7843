package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Watch;
import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Deliveries a second, and the server's CPU for each, when events keep coming: the next are sent when those before them have
 * arrived at all clients, but for so many that may be on their way.
 *
 * @param burst how many are sent together
 */
record Flow(int burst) implements Measure {
    private static final int OUTSTANDING = 100;

    private record Result(double perSecond, double cpuMicros) {}

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException {
        Settings settings = contest.settings();
        for (int round = -settings.warmup(); round < settings.rounds(); round++) {
            Result edge = run(contest, contest.edge());
            Result reference = run(contest, contest.reference());
            if (round >= 0) {
                figures.compare("perSecond", edge.perSecond(), reference.perSecond());
                figures.compare("cpuMicros", edge.cpuMicros(), reference.cpuMicros());
            }
        }
    }

    private Result run(Contest contest, Server server) throws IOException, InterruptedException {
        int clients = contest.settings().clients();
        int events = contest.settings().events() / burst * burst;
        var mayBeSent = new Semaphore(OUTSTANDING);
        var watch = new Watch(clients, events, event -> 0, mayBeSent::release);
        try (Clients load = contest.open(server, clients)) {
            load.measure(watch);
            Duration before = Processes.cpu(server.pid());
            long begin = System.nanoTime();
            for (int sent = 0; sent < events; sent += burst) {
                mayBeSent.acquire(burst);
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
