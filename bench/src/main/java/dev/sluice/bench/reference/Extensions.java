package dev.sluice.bench.reference;

import dev.sluice.bench.load.Marker;
import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.Server;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The same fan-out by the extensions' own ways ({@code bench/extensions}): {@code Multi} of {@code OutboundSseEvent}, of text by WebSockets
 * Next, of messages by quarkus-grpc. Without Kafka and without tokens, which favours it. Events come to it by HTTP.
 */
public final class Extensions implements Server {
    private static final int PAUSE_MILLIS = 100;
    private static final int MOST_LOOKS = 600;
    private static final int OK = 200;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Protocol protocol;
    private final int payload;
    private final Process process;
    private final int port;

    private Extensions(Protocol protocol, int payload, Process process, int port) {
        this.protocol = protocol;
        this.payload = payload;
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it, and waits until it answers.
     *
     * @param payload bytes of text an event
     */
    public static Extensions start(Protocol protocol, int payload) throws IOException, InterruptedException {
        Path jar = RepositoryRoot.find().resolve("bench/extensions/target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new IOException(
                    jar + " is missing; build it with: ./mvnw package -Pbench -DskipTests -pl bench/extensions -am");
        }
        int port = Ports.free(1).get(0);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:MaxDirectMemorySize=512m",
                        "-XX:+UseSerialGC",
                        "-XX:ActiveProcessorCount=1",
                        "-Dquarkus.http.port=" + port,
                        "-jar",
                        jar.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var started = new Extensions(protocol, payload, process, port);
        for (int i = 0; !started.answers(); i++) {
            if (i == MOST_LOOKS || !process.isAlive()) {
                started.close();
                throw new IOException("the extensions' server did not start");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return started;
    }

    private boolean answers() throws InterruptedException {
        try {
            return get("/q/metrics").statusCode() == OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public int port() {
        return port;
    }

    /** It asks nobody for one. */
    @Override
    public String token() {
        return "none";
    }

    @Override
    public void sendAll(int events) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri("/go?events=" + events + "&protocol=" + protocol + "&marker="
                        + Marker.TEXT + "&payload=" + payload))
                .POST(BodyPublishers.noBody())
                .build();
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        if (status != OK) {
            throw new IOException("the extensions' server answers " + status);
        }
    }

    @Override
    public void sendNext() throws IOException, InterruptedException {
        sendAll(1);
    }

    @Override
    public double resident() throws IOException, InterruptedException {
        return Processes.collected(pid());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
