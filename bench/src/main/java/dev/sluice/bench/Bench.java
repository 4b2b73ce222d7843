package dev.sluice.bench;

import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.measure.Figures;
import dev.sluice.bench.measure.Measurement;
import dev.sluice.bench.measure.Settings;
import dev.sluice.bench.server.Cores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * An edge process fed from real Kafka against a bare Netty server that writes the same encoded bytes: in turn, the server on one
 * core, the load on another. Prints what it measured; exits with 1 when a target is missed.
 */
@Command(
        name = "./sluice bench",
        mixinStandardHelpOptions = true,
        description = "Measures each edge against a bare Netty server, side by side.")
public final class Bench implements Callable<Integer> {
    /** The reference is given what the edge says of the last events: as many as it says at once. */
    private static final int MOST_EVENTS = 10_000;

    @Parameters(
            paramLabel = "WHAT",
            arity = "0..*",
            description = {
                "idle: connections that wait",
                "drain: all events at once",
                "stream: one event after the other, 100 on their way",
                "bursts: as that, ten at a time",
                "quiet: events that come alone",
                "spread: many channels, filters, clients",
                "compression: clients that take it, and others",
                "latency: from the post to the client",
                "publishing: events into Kafka",
                "stock: beside the extensions' own ways",
                "peers: beside Nchan, ws and socket.io",
                "(all of them)"
            })
    private List<Measurement> wanted = new ArrayList<>();

    @Option(names = "--clients", defaultValue = "1000", description = "connections (${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--events", defaultValue = "3000", description = "events a round (${DEFAULT-VALUE})")
    private int events;

    @Option(names = "--payload", defaultValue = "100", description = "bytes of text an event (${DEFAULT-VALUE})")
    private int payload;

    @Option(names = "--rounds", defaultValue = "5", description = "rounds that count (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--warmup", defaultValue = "4", description = "rounds before those (${DEFAULT-VALUE})")
    private int warmup;

    @Option(
            names = "--at",
            paramLabel = "RATE",
            defaultValue = "20",
            description = "events a second where they come alone (${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--idle", defaultValue = "10000", description = "connections that wait (${DEFAULT-VALUE})")
    private int idle;

    @Option(names = "--protocol", split = ",", description = "sse, ws, grpc (all)")
    private List<Protocol> protocols = new ArrayList<>();

    @Option(
            names = "--jvm",
            split = " ",
            paramLabel = "FLAG",
            description =
                    "more flags for the edge's JVM; a collector only after -XX:-UseSerialGC, which is the local stack's")
    private List<String> jvmFlags = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "writes the figures there, too")
    private @Nullable Path json;

    @Spec
    private @Nullable CommandSpec spec;

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
        if (events > MOST_EVENTS) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--events: at most " + MOST_EVENTS + ", the most of `last`");
        }
        boolean pinned = Cores.canPin();
        Map<String, String> about = about(pinned);
        if (pinned) {
            Cores.pin(ProcessHandle.current().pid(), Cores.LOAD);
        }
        var settings = new Settings(clients, events, payload, rounds, warmup, rate, idle, pinned, jvmFlags);
        about.forEach((name, value) -> System.out.println(name + ": " + value));
        var figures = new Figures(System.out);
        List<Measurement> measurements = wanted.isEmpty() ? Arrays.asList(Measurement.values()) : wanted;
        for (Protocol protocol : protocols.isEmpty() ? Arrays.asList(Protocol.values()) : protocols) {
            try {
                Measurement.take(measurements, protocol, settings, figures);
            } finally {
                // An hour's figures are not lost because the next ones can't be had.
                if (json != null) {
                    figures.write(json, about);
                }
            }
        }
        return figures.judge() ? 0 : 1;
    }

    private Map<String, String> about(boolean pinned) throws IOException {
        var about = new LinkedHashMap<String, String>();
        about.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        about.put(
                "machine", processor() + (pinned ? ", server and load on a core each" : ", server and load share it"));
        about.put("jdk", System.getProperty("java.version"));
        about.put(
                "settings",
                String.format(
                        Locale.ROOT,
                        "%d clients, %d events a round, %d bytes of text an event; %d rounds after %d",
                        clients,
                        events,
                        payload,
                        rounds,
                        warmup));
        return about;
    }

    private static String processor() throws IOException {
        int count = Runtime.getRuntime().availableProcessors();
        Path cpuinfo = Path.of("/proc/cpuinfo");
        if (!Files.exists(cpuinfo)) {
            return count + " cores";
        }
        try (var lines = Files.lines(cpuinfo)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> count + " cores of " + line.substring(line.indexOf(':') + 2))
                    .orElse(count + " cores");
        }
    }
}
