package dev.sluice.bench.measure;

import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.peer.Peer;
import dev.sluice.bench.peer.Unavailable;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;

/** The edge beside servers of others, which are given their events without Kafka: what waits, what flows, and what comes alone. */
final class Peers implements Measure {
    /** Of the events of a round: they are slower. */
    private static final int SHARE = 10;

    @Override
    public boolean suits(Protocol protocol) {
        return Arrays.stream(Peer.values()).anyMatch(peer -> peer.speaks(protocol));
    }

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException, ExecutionException {
        Idle.Cost ours;
        // Memory that was used once is kept: an edge that has done nothing yet.
        try (Contest fresh = Contest.open(contest.protocol(), contest.settings())) {
            ours = Idle.cost(fresh, fresh.edge());
        }
        for (Peer peer : Peer.values()) {
            if (peer.speaks(contest.protocol())) {
                try (Server server = peer.start(contest.settings().payload())) {
                    Contest.pin(contest.settings(), server);
                    Idle.Cost theirs = Idle.cost(contest, server);
                    compare(figures, peer, "idle.residentKb", ours.residentKb(), theirs.residentKb());
                    compare(figures, peer, "idle.broadcastMs", ours.broadcastMs(), theirs.broadcastMs());
                    rounds(contest, peer, server, figures);
                } catch (Unavailable why) {
                    figures.skip(peer.title(), why);
                }
            }
        }
    }

    private static void rounds(Contest contest, Peer peer, Server server, Figures.Of figures)
            throws IOException, InterruptedException {
        Settings settings = contest.settings();
        for (int round = -settings.warmup(); round < settings.rounds(); round++) {
            for (var flow : new Flow[] {new Flow(1), new Flow(10)}) {
                Flow.Result edge = flow.run(contest, contest.edge(), settings.events());
                Flow.Result theirs = flow.run(contest, server, settings.events() / SHARE);
                if (round >= 0) {
                    String name = flow.burst() == 1 ? "stream" : "bursts";
                    compare(figures, peer, name + ".perSecond", edge.perSecond(), theirs.perSecond());
                    compare(figures, peer, name + ".cpuMicros", edge.cpuMicros(), theirs.cpuMicros());
                }
            }
            Quiet.Cost edge = Quiet.cost(contest, contest.edge(), settings.clients(), settings.rate());
            Quiet.Cost theirs = Quiet.cost(contest, server, settings.clients(), settings.rate());
            if (round >= 0) {
                compare(figures, peer, "quiet.cpuMicros", edge.cpuMicros(), theirs.cpuMicros());
                compare(
                        figures,
                        peer,
                        "quiet.p99Ms",
                        Quiet.at(edge.behindFirst(), 99),
                        Quiet.at(theirs.behindFirst(), 99));
            }
        }
    }

    private static void compare(Figures.Of figures, Peer peer, String name, double edge, double theirs) {
        figures.compare(peer.title() + "." + name, edge, "peer", theirs);
    }
}
