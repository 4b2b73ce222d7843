package dev.sluice.bench;

import dev.sluice.bench.load.Capture;
import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.reference.Reference;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * An edge process fed from real Kafka against a bare Netty server that writes the same encoded bytes: in turn, the server on one
 * core, the load on another. Prints deliveries per second and the ratio; exits with 1 when a ratio is below its target.
 */
@Command(
        name = "./sluice bench",
        mixinStandardHelpOptions = true,
        description = "Measures fan-out of each edge against a bare Netty server, side by side.")
public final class Bench implements Callable<Integer> {
    private static final String CHANNEL = "bench.fanout";

    @Option(names = "--clients", defaultValue = "1000", description = "connections (${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--events", defaultValue = "3000", description = "events a round (${DEFAULT-VALUE})")
    private int events;

    @Option(names = "--payload", defaultValue = "100", description = "bytes of text an event (${DEFAULT-VALUE})")
    private int payload;

    @Option(names = "--rounds", defaultValue = "5", description = "rounds that count (${DEFAULT-VALUE})")
    private int rounds;

    /** On the one core that it has, the compiler is long at work beside the edge. */
    @Option(names = "--warmup", defaultValue = "4", description = "rounds before those (${DEFAULT-VALUE})")
    private int warmup;

    @Option(names = "--protocol", split = ",", description = "sse, ws, grpc (all)")
    private List<Protocol> protocols = new ArrayList<>();

    @Option(
            names = "--at",
            paramLabel = "RATE",
            description = "events a second, one at a time, instead of as fast as they go: what a quiet event costs")
    private double rate;

    @Option(
            names = "--jvm",
            split = " ",
            paramLabel = "FLAG",
            description =
                    "more flags for the edge's JVM; a collector only after -XX:-UseSerialGC, which is the local stack's")
    private List<String> jvmFlags = new ArrayList<>();

    private record Round(double edge, double reference) {
        double ratio() {
            return edge / reference;
        }
    }

    /** For {@code ./sluice bench}. */
    public static void main(String[] args) {
        // Kafka's clients say a lot that is of no interest here.
        Logger.getLogger("").setLevel(Level.WARNING);
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        boolean pinned = Cores.canPin();
        if (pinned) {
            Cores.pin(ProcessHandle.current().pid(), Cores.LOAD);
        }
        System.out.printf(
                Locale.ROOT,
                "%d clients, %d events a round, %d bytes of text an event; %s%n",
                clients,
                events,
                payload,
                pinned ? "server and load on a core each" : "server and load share the cores");
        boolean good = true;
        for (Protocol protocol : protocols.isEmpty() ? Arrays.asList(Protocol.values()) : protocols) {
            good &= measure(protocol, pinned);
        }
        return good ? 0 : 1;
    }

    private boolean measure(Protocol protocol, boolean pinned)
            throws IOException, InterruptedException, ExecutionException {
        Path directory = Files.createTempDirectory("sluice-bench");
        try (LocalStack stack = LocalStack.builder(directory)
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, protocol.edge())
                .env(protocol.edge(), "SLUICE_HEARTBEAT_INTERVAL", "1h")
                .jvmFlags(protocol.edge(), "-XX:ActiveProcessorCount=1", "-Xmx512m", "-XX:MaxDirectMemorySize=512m")
                .jvmFlags(protocol.edge(), jvmFlags.toArray(String[]::new))
                .start()) {
            var edge = new EdgeUnderTest(stack, protocol);
            if (pinned) {
                edge.pin();
            }
            // The first round gives the reference its bytes.
            edge(edge, protocol);
            List<byte[]> frames = Capture.frames(protocol, edge.service().port(), CHANNEL, edge.token(), events);
            try (Reference reference = Reference.start(protocol, frames, directory)) {
                if (pinned) {
                    Cores.pin(reference.pid(), Cores.SERVER);
                }
                if (rate > 0) {
                    return quiet(edge, reference, protocol);
                }
                for (int i = 0; i < warmup; i++) {
                    edge(edge, protocol);
                    reference(reference, protocol);
                }
                var results = new ArrayList<Round>();
                Pauses before = edge.pauses();
                for (int i = 0; i < rounds; i++) {
                    var round = new Round(edge(edge, protocol), reference(reference, protocol));
                    System.out.printf(
                            Locale.ROOT,
                            "%-4s round %d: edge %,12.0f deliveries/s, reference %,12.0f, ratio %.2f%n",
                            protocol.name().toLowerCase(Locale.ROOT),
                            i + 1,
                            round.edge(),
                            round.reference(),
                            round.ratio());
                    results.add(round);
                }
                System.out.printf(
                        "%-4s garbage collection stopped the edge: %s%n",
                        protocol.name().toLowerCase(Locale.ROOT), edge.pauses().since(before));
                printConnectionCost(edge, protocol);
                return report(protocol, results);
            }
        }
    }

    private boolean quiet(EdgeUnderTest edge, Reference reference, Protocol protocol)
            throws IOException, InterruptedException {
        for (int i = 0; i < warmup + rounds; i++) {
            String token = edge.token();
            Pace ours;
            try (Clients load = open(protocol, edge.service().port(), token)) {
                ours = paced(load, edge.service().pid(), () -> edge.produceEach(CHANNEL, events, payload, rate));
            }
            Pace bare;
            try (Clients load = open(protocol, reference.port(), "none")) {
                bare = paced(load, reference.pid(), () -> Pace.keep(events, rate, reference::next));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-4s %s %d: edge %s; reference %s; ratio of CPU %.2f, of p99 %.2f%n",
                    protocol.name().toLowerCase(Locale.ROOT),
                    i < warmup ? "warm-up" : "round",
                    i < warmup ? i + 1 : i + 1 - warmup,
                    ours,
                    bare,
                    ours.cpuMicros() / bare.cpuMicros(),
                    ours.p99() / bare.p99());
        }
        printConnectionCost(edge, protocol);
        return true;
    }

    private interface Feeding {
        void run() throws IOException, InterruptedException;
    }

    private Pace paced(Clients load, long pid, Feeding feeding) throws IOException, InterruptedException {
        load.measureEach(events);
        Duration before = Pace.cpu(pid);
        feeding.run();
        long[] spread = load.awaitSpread();
        return Pace.of(Pace.cpu(pid).minus(before), spread);
    }

    /** Of clients that have received everything, and wait for more. */
    private void printConnectionCost(EdgeUnderTest edge, Protocol protocol) throws IOException, InterruptedException {
        edge.awaitNobody();
        Footprint without = edge.footprint();
        try (Clients idle = open(protocol, edge.service().port(), edge.token())) {
            idle.measure();
            System.out.printf(
                    "%-4s a connection costs the edge: %s%n",
                    protocol.name().toLowerCase(Locale.ROOT), edge.footprint().perConnection(without, clients));
        }
    }

    private static boolean report(Protocol protocol, List<Round> results) {
        double ratio = results.stream().mapToDouble(Round::ratio).sorted().toArray()[results.size() / 2];
        boolean good = ratio >= protocol.target();
        System.out.printf(
                Locale.ROOT,
                "%-4s median ratio %.2f, wanted at least %.1f: %s%n",
                protocol.name().toLowerCase(Locale.ROOT),
                ratio,
                protocol.target(),
                good ? "reached" : "MISSED");
        return good;
    }

    private double edge(EdgeUnderTest edge, Protocol protocol)
            throws IOException, InterruptedException, ExecutionException {
        String token = edge.token();
        try (Clients load = open(protocol, edge.service().port(), token)) {
            long before = edge.delivered();
            load.measure();
            edge.produce(CHANNEL, events, payload);
            Clients.Measured measured = load.await();
            edge.requireDelivered(before + (long) clients * events);
            return perSecond(measured);
        }
    }

    private double reference(Reference reference, Protocol protocol) throws IOException, InterruptedException {
        try (Clients load = open(protocol, reference.port(), "none")) {
            load.measure();
            reference.go();
            return perSecond(load.await());
        }
    }

    private Clients open(Protocol protocol, int port, String token) throws InterruptedException {
        byte[] request = protocol == Protocol.GRPC
                ? Capture.grpcMessage(
                        StreamRequest.newBuilder().addChannels(CHANNEL).build().toByteArray())
                : protocol.request(CHANNEL, token);
        return Clients.open(protocol, port, clients, request, CHANNEL, token);
    }

    private double perSecond(Clients.Measured measured) {
        return (double) clients * events * 1e9 / measured.nanos();
    }
}
