package dev.sluice.local.cli;

import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.size.Figures;
import dev.sluice.local.size.Size;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many pods of what size a load takes, and the values of the chart for it. */
@Command(
        name = "size",
        description =
                "How many pods of what size a load takes, and the chart's values for it; by the figures in docs/operations.md.")
final class SizeCommand implements Callable<Integer> {
    private static final List<String> PROTOCOLS = List.of("sse", "ws", "grpc");
    private static final int PUBLISHERS = 2;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--connections", required = true, description = "Clients that are connected at a time.")
    private int connections;

    @Option(names = "--events", required = true, description = "Events a second that are published.")
    private double events;

    @Option(names = "--bytes", defaultValue = "300", description = "Size of an event's data (${DEFAULT-VALUE}).")
    private int bytes;

    @Option(
            names = "--protocol",
            defaultValue = "sse",
            split = ",",
            description = "sse, ws, grpc; several share the connections evenly (${DEFAULT-VALUE}).")
    private List<String> protocols = List.of();

    @Option(
            names = "--receivers",
            defaultValue = "1",
            description = "Connections that an event reaches, on average (${DEFAULT-VALUE}).")
    private double receivers;

    @Option(
            names = "--per-pod",
            defaultValue = "5000",
            description = "Connections that a pod is to have (${DEFAULT-VALUE}).")
    private int perPod;

    @Option(
            names = "--away",
            defaultValue = "60",
            description = "Seconds that a client may be away without Kafka being read again for it (${DEFAULT-VALUE}).")
    private int away;

    @Override
    public Integer call() throws IOException {
        check();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Figures figures = Figures.of(RepositoryRoot.find());
        int each = (int) Math.ceil((double) connections / protocols.size());
        List<Size> sizes = protocols.stream()
                .map(protocol -> Size.of(
                        protocol,
                        new Size.Load(each, events, bytes, receivers, 1.0 / protocols.size(), perPod, away),
                        figures))
                .toList();

        out.printf(
                "%-6s %8s %12s %9s %9s %9s %10s %9s %7s%n",
                "EDGE", "REPLICAS", "CONNECTIONS", "LOG", "HEAP", "DIRECT", "MEMORY", "CORES", "DRAIN");
        for (Size size : sizes) {
            out.printf(
                    Locale.ROOT,
                    "%-6s %8d %12d %5d MiB %5d MiB %5d MiB %6d MiB %9.2f %5d s%n",
                    size.protocol(),
                    size.replicas(),
                    size.connectionsPerPod(),
                    size.logMib(),
                    size.heapMib(),
                    size.directMib(),
                    size.memoryMib(),
                    size.cores(),
                    size.drainSeconds());
        }
        int replicas = sizes.stream().mapToInt(Size::replicas).sum();
        double in = events * (bytes + figures.get("event.record-bytes"));
        out.printf(
                Locale.ROOT,
                "%nKafka: %.1f MB/s in, %.1f MB/s out (each of %d pods reads everything)%n",
                in / 1e6,
                in * replicas / 1e6,
                replicas);
        out.println();
        out.println("# values for the chart");
        out.printf("publisher: {replicas: %d}%n", PUBLISHERS);
        PROTOCOLS.stream()
                .filter(protocol -> !protocols.contains(protocol))
                .forEach(protocol -> out.printf("%s: {enabled: false}%n", protocol));
        for (Size size : sizes) {
            out.printf(
                    Locale.ROOT,
                    """
                    %s:
                      replicas: %d
                      config: {sluice.memory.bytes: %dM}
                      resources:
                        requests: {cpu: %dm, memory: %dMi}
                        limits: {memory: %dMi}
                      drain: {windowSeconds: %d}
                    """,
                    size.protocol(),
                    size.replicas(),
                    size.logMib(),
                    Math.max(250, Math.round(size.cores() * 1000)),
                    size.memoryMib(),
                    size.memoryMib(),
                    size.drainSeconds());
        }
        out.printf("""

                # not known here, and yours to measure: TLS at the pods, filters and compression, events that all want at the same moment,
                # handshakes after an outage, your machines (the figures are of two cores of a virtual one), the publisher's pods.
                # One pod of each edge may be away; %.0f %% of clients may not read; an event reaches %s connections.
                """, figures.get("connection.stuck-share-percent"), receivers);
        out.flush();
        return 0;
    }

    private void check() {
        for (String protocol : protocols) {
            if (!PROTOCOLS.contains(protocol)) {
                throw refusal("--protocol has sse, ws and grpc, not '" + protocol + "'");
            }
        }
        if (connections < 1 || perPod < 1 || bytes < 0 || away < 0 || events < 0 || receivers < 0) {
            throw refusal("--connections and --per-pod are 1 or more, and nothing is negative");
        }
    }

    private ParameterException refusal(String why) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
    }
}
