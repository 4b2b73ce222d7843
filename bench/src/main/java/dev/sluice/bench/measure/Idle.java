package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Listening;
import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.load.Watch;
import dev.sluice.bench.server.EdgeUnderTest;
import dev.sluice.bench.server.Footprint;
import dev.sluice.bench.server.Server;
import java.io.IOException;

/** What a connection costs that waits, in KB after a full collection; then one event to all of them, from the first to the last. */
final class Idle implements Measure {

    /**
     * @param residentKb of each connection
     * @param broadcastMs from the first client to the last
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

    private static double broadcast(Server server, Clients waiting, int count)
            throws IOException, InterruptedException {
        var watch = new Watch(count, 1, event -> 0, () -> {});
        waiting.measure(watch);
        server.sendNext();
        watch.await();
        return watch.behindFirst().getMaxValue() / 1e6;
    }
}
