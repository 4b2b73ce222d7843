package dev.sluice.bench;

import dev.sluice.bench.load.Capture;
import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Marker;
import dev.sluice.contract.v1.StreamRequest;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The same fan-out by the extensions' own ways ({@code bench/extensions}), for the figures of ADR 1 and ADR 3: deliveries per second and
 * what an idle connection costs, with the flags, the clients and the cores of {@link Bench}.
 */
@Command(name = "ExtensionsBench", mixinStandardHelpOptions = true)
public final class ExtensionsBench implements Callable<Integer> {
    private static final String CHANNEL = "bench.fanout";
    private static final int PAUSE_MILLIS = 100;

    @Option(names = "--clients", defaultValue = "1000")
    private int clients;

    @Option(names = "--events", defaultValue = "300", description = "events a round (${DEFAULT-VALUE})")
    private int events;

    @Option(names = "--rounds", defaultValue = "5")
    private int rounds;

    @Option(names = "--warmup", defaultValue = "2")
    private int warmup;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** See bench/README.md. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ExtensionsBench()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (Cores.canPin()) {
            Cores.pin(ProcessHandle.current().pid(), Cores.LOAD);
        }
        for (Protocol protocol : Protocol.values()) {
            measure(protocol);
        }
        return 0;
    }

    private void measure(Protocol protocol) throws IOException, InterruptedException {
        int port = freePort();
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:ActiveProcessorCount=1",
                        "-Xmx1g",
                        "-Dquarkus.http.port=" + port,
                        "-jar",
                        "bench/extensions/target/quarkus-app/quarkus-run.jar")
                .inheritIO()
                .start();
        try {
            if (Cores.canPin()) {
                Cores.pin(server.pid(), Cores.SERVER);
            }
            awaitStart(port);
            double[] results = new double[rounds];
            for (int i = -warmup; i < rounds; i++) {
                double perSecond = round(protocol, port);
                if (i >= 0) {
                    results[i] = perSecond;
                }
            }
            double empty = heap(server, port);
            double full;
            try (Clients idle = open(protocol, port)) {
                idle.measure();
                full = heap(server, port);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-4s %,12.0f deliveries/s (least %,.0f, most %,.0f); an idle connection: heap %.1f KB%n",
                    protocol.name().toLowerCase(Locale.ROOT),
                    DoubleStream.of(results).sorted().toArray()[rounds / 2],
                    DoubleStream.of(results).min().orElse(0),
                    DoubleStream.of(results).max().orElse(0),
                    (full - empty) / clients / 1e3);
        } finally {
            server.destroy();
            server.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private double round(Protocol protocol, int port) throws IOException, InterruptedException {
        try (Clients load = open(protocol, port)) {
            load.measure();
            var go = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/go?events=" + events + "&protocol="
                            + protocol + "&marker=" + Marker.TEXT))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            CompletableFuture<HttpResponse<Void>> gone = http.sendAsync(go, HttpResponse.BodyHandlers.discarding());
            Clients.Measured measured = load.await();
            if (gone.join().statusCode() != 200) {
                throw new IOException("/go answers " + gone.join().statusCode());
            }
            return (double) clients * events * 1e9 / measured.nanos();
        }
    }

    private Clients open(Protocol protocol, int port) throws InterruptedException {
        byte[] request = protocol == Protocol.GRPC
                ? Capture.grpcMessage(
                        StreamRequest.newBuilder().addChannels(CHANNEL).build().toByteArray())
                : protocol.request(CHANNEL, "none");
        return Clients.open(protocol, port, clients, request, CHANNEL, "none");
    }

    private void awaitStart(int port) throws InterruptedException {
        while (true) {
            try {
                metrics(port);
                return;
            } catch (IOException notYet) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** After what can be let go of has been. */
    private double heap(Process server, int port) throws IOException, InterruptedException {
        Thread.sleep(TimeUnit.SECONDS.toMillis(2));
        for (int i = 0; i < 2; i++) {
            new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                            String.valueOf(server.pid()),
                            "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
        return metrics(port)
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String metrics(int port) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
