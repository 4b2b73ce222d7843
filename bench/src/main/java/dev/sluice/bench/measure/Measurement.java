package dev.sluice.bench.measure;

import dev.sluice.bench.load.Protocol;
import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/** What can be measured, by the names of the command line. */
public enum Measurement {
    // First, because memory that the others have used is kept.
    IDLE(new Idle()),
    DRAIN(new Drain()),
    STREAM(new Flow(1)),
    BURSTS(new Flow(10)),
    QUIET(new Quiet()),
    SPREAD(new Spread()),
    COMPRESSION(new Compression()),
    LATENCY(new Latency()),
    PUBLISHING(new Publishing()),
    STOCK(new Stock()),
    PEERS(new Peers());

    private final Measure measure;

    Measurement(Measure measure) {
        this.measure = measure;
    }

    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Takes these on one protocol, one after the other; an edge has warmed up for those that come later. */
    public static void take(Collection<Measurement> wanted, Protocol protocol, Settings settings, Figures figures)
            throws IOException, InterruptedException, ExecutionException {
        try (Contest contest = Contest.open(protocol, settings)) {
            for (Measurement each : wanted) {
                if (each.measure.suits(protocol)) {
                    Figures.Of of = figures.of(each.title(), protocol.title());
                    each.measure.take(contest, of);
                    of.print();
                }
            }
        }
    }
}
