package dev.sluice.bench.measure;

import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.peer.Peer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the median of a figure has to reach.
 *
 * @param figure its name, among those of the measurement
 */
record Target(Measurement measurement, Protocol protocol, String figure, boolean atLeast, double bound) {
    static final List<Target> ALL = Stream.of(
                    each(Measurement.STREAM, "perSecond.ratio", true, 0.85, 0.85, 0.80),
                    each(Measurement.BURSTS, "perSecond.ratio", true, 0.90, 0.90, 0.90),
                    each(Measurement.QUIET, "cpuMicros.ratio", false, 1.25, 1.25, 1.4),
                    each(Measurement.QUIET, "p99Ms.ratio", false, 1.3, 1.3, 1.5),
                    each(Measurement.IDLE, "residentKb.edge", false, 6, 6, 10),
                    each(Measurement.SPREAD, "channels.ratio", false, 1.3, 1.3, 1.3),
                    each(Measurement.SPREAD, "filters.ratio", false, 1.1, 1.1, 1.1),
                    each(Measurement.COMPRESSION, "compressed.ratio", false, 1.2, 1.2, 1.2),
                    each(Measurement.LATENCY, "p99Ms.above", false, 5, 5, 5),
                    Stream.of(new Target(Measurement.PUBLISHING, Protocol.SSE, "batched.ratio", true, 0.6)),
                    Arrays.stream(Peer.values()).flatMap(Target::better))
            .flatMap(targets -> targets)
            .toList();

    private static Stream<Target> each(
            Measurement measurement, String figure, boolean atLeast, double sse, double ws, double grpc) {
        return Stream.of(
                new Target(measurement, Protocol.SSE, figure, atLeast, sse),
                new Target(measurement, Protocol.WS, figure, atLeast, ws),
                new Target(measurement, Protocol.GRPC, figure, atLeast, grpc));
    }

    /** Than that peer, in all that is measured of both. */
    private static Stream<Target> better(Peer peer) {
        return Arrays.stream(Protocol.values())
                .filter(peer::speaks)
                .flatMap(protocol -> Stream.of(
                        new Target(Measurement.PEERS, protocol, peer.title() + ".stream.perSecond.ratio", true, 1),
                        new Target(Measurement.PEERS, protocol, peer.title() + ".bursts.perSecond.ratio", true, 1),
                        new Target(Measurement.PEERS, protocol, peer.title() + ".quiet.cpuMicros.ratio", false, 1),
                        new Target(Measurement.PEERS, protocol, peer.title() + ".quiet.p99Ms.ratio", false, 1),
                        new Target(Measurement.PEERS, protocol, peer.title() + ".idle.residentKb.ratio", false, 1)));
    }

    boolean isReached(double value) {
        return atLeast ? value >= bound : value <= bound;
    }

    @Override
    public String toString() {
        return measurement.title() + " " + protocol.title() + " " + figure + " " + (atLeast ? "at least " : "at most ")
                + bound;
    }
}
