package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Listening;
import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.load.Watch;
import dev.sluice.bench.server.EdgeUnderTest;
import dev.sluice.bench.server.Footprint;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What a connection costs that waits, in KB after a full collection; then events to all of them, from the first to the last. */
final class Idle implements Measure {
    private static final int BROADCASTS = 21;
    private static final int PATIENCE_SECONDS = 60;

    /**
     * @param residentKb of each connection
     * @param broadcastMs from the first client to the last, the median of some
     */
    record Cost(double residentKb, double broadcastMs) {}

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException {
        EdgeUnderTest edge = contest.edge();
        int count = contest.settings().idle();
        edge.awaitNobody();
        Footprint without = edge.footprint();
        try (Clients waiting = contest.open(edge, count)) {
            Footprint each = edge.footprint().perConnection(without, count);
            figures.add("heapKb", each.heap() / 1e3);
            figures.add("directKb", each.direct() / 1e3);
            figures.add("residentKb.edge", each.resident() / 1e3);
            figures.add("broadcastMs.edge", broadcast(edge, waiting, count));
        }
        if (contest.protocol() == Protocol.SSE) {
            figures.add("http2.heapKb", heapOverHttp2(contest));
        }
        Cost reference = cost(contest, contest.reference());
        figures.add("residentKb.reference", reference.residentKb());
        figures.add("broadcastMs.reference", reference.broadcastMs());
    }

    /** An event stream on a connection of HTTP/2 of its own. Of resident memory nothing can be said: that of the others before is kept. */
    private static double heapOverHttp2(Contest contest) throws IOException, InterruptedException {
        EdgeUnderTest edge = contest.edge();
        int count = contest.settings().idle();
        edge.awaitNobody();
        Footprint without = edge.footprint();
        try (Clients waiting =
                contest.open(edge, count, client -> Listening.to(Server.CHANNEL).overHttp2())) {
            double heap = edge.footprint().perConnection(without, count).heap() / 1e3;
            // Each of them is there, and gets what is sent.
            broadcast(edge, waiting, count);
            return heap;
        }
    }

    static Cost cost(Contest contest, Server server) throws IOException, InterruptedException {
        int count = contest.settings().idle();
        double without = server.resident();
        try (Clients waiting = contest.open(server, count)) {
            double resident = server.resident() - without;
            return new Cost(resident / count / 1e3, broadcast(server, waiting, count));
        }
    }

    /** The median, because the first ones run code that the JIT compiler has not seen: that is once in the life of a process. */
    private static double broadcast(Server server, Clients waiting, int count)
            throws IOException, InterruptedException {
        var everywhere = new Semaphore(1);
        var watch = new Watch(count, BROADCASTS, event -> 0, everywhere::release);
        waiting.measure(watch);
        for (int event = 0; event < BROADCASTS; event++) {
            if (!everywhere.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("event " + event + " is not at all clients");
            }
            server.sendNext();
        }
        watch.await();
        return IntStream.range(0, BROADCASTS)
                        .mapToLong(watch::firstToLast)
                        .sorted()
                        .toArray()[BROADCASTS / 2]
                / 1e6;
    }
}
