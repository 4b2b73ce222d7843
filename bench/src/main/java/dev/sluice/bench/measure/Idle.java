package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Watch;
import dev.sluice.bench.server.EdgeUnderTest;
import dev.sluice.bench.server.Footprint;
import dev.sluice.bench.server.Server;
import java.io.IOException;

/** What a connection costs that waits, in KB after a full collection; then one event to all of them, from the first to the last. */
final class Idle implements Measure {

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
        double bare = contest.reference().resident();
        try (Clients waiting = contest.open(contest.reference(), count)) {
            figures.add("residentKb.reference", (contest.reference().resident() - bare) / count / 1e3);
            figures.add("broadcastMs.reference", broadcast(contest.reference(), waiting, count));
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
