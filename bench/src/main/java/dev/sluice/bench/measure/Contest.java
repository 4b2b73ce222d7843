package dev.sluice.bench.measure;

import dev.sluice.bench.load.Capture;
import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Listening;
import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.reference.Reference;
import dev.sluice.bench.server.Cores;
import dev.sluice.bench.server.EdgeUnderTest;
import dev.sluice.bench.server.Server;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;

/** An edge, fed from real Kafka, and a bare server that writes the very bytes that the edge wrote: each in a process of its own. */
final class Contest implements AutoCloseable {
    /** So that none has to wait for a heartbeat, and none comes amid a measurement. */
    private static final String NEVER = "1h";

    private final Protocol protocol;
    private final Settings settings;
    private final LocalStack stack;
    private final EdgeUnderTest edge;
    private final Reference reference;

    private Contest(Protocol protocol, Settings settings, LocalStack stack, Path directory)
            throws IOException, InterruptedException, ExecutionException {
        this.protocol = protocol;
        this.settings = settings;
        this.stack = stack;
        this.edge = new EdgeUnderTest(stack, protocol, settings.payload());
        pin(settings, stack, protocol.edge(), Component.PUBLISHER);
        edge.sendAll(settings.events());
        List<byte[]> frames = Capture.frames(protocol, edge.port(), Server.CHANNEL, edge.token(), settings.events());
        this.reference = Reference.start(protocol, frames, directory);
        pin(settings, reference);
    }

    static Contest open(Protocol protocol, Settings settings)
            throws IOException, InterruptedException, ExecutionException {
        Path directory = Files.createTempDirectory("sluice-bench");
        LocalStack stack = LocalStack.builder(directory)
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, protocol.edge())
                .env(protocol.edge(), "SLUICE_HEARTBEAT_INTERVAL", NEVER)
                // For who asks for it.
                .env(protocol.edge(), "SLUICE_COMPRESSION_ENABLED", "true")
                // All clients are one user.
                .env(protocol.edge(), "SLUICE_LIMITS_CONNECTIONS_PER_USER", "0")
                .jvmFlags(protocol.edge(), "-XX:ActiveProcessorCount=1", "-Xmx512m", "-XX:MaxDirectMemorySize=512m")
                .jvmFlags(protocol.edge(), settings.jvmFlags().toArray(String[]::new))
                .start();
        try {
            return new Contest(protocol, settings, stack, directory);
        } catch (IOException | InterruptedException | ExecutionException | RuntimeException failure) {
            stack.close();
            throw failure;
        }
    }

    /** Gives the services of a stack the server's core, and what else it has the load's, where there are cores for that. */
    static void pin(Settings settings, LocalStack stack, Component... services) {
        if (settings.pinned()) {
            for (Component service : services) {
                Cores.pin(stack.service(service).pid(), Cores.SERVER);
            }
            Cores.pin(stack.service(Component.KAFKA).pid(), Cores.LOAD);
            Cores.pin(stack.service(Component.IDENTITY).pid(), Cores.LOAD);
        }
    }

    /** Gives a server the core that the edge has. */
    static void pin(Settings settings, Server server) {
        if (settings.pinned()) {
            Cores.pin(server.pid(), Cores.SERVER);
        }
    }

    Protocol protocol() {
        return protocol;
    }

    Settings settings() {
        return settings;
    }

    LocalStack stack() {
        return stack;
    }

    EdgeUnderTest edge() {
        return edge;
    }

    Reference reference() {
        return reference;
    }

    /** So many clients of the one channel that {@link Server} sends to. */
    Clients open(Server server, int count) throws InterruptedException {
        return open(server, count, client -> Listening.to(Server.CHANNEL));
    }

    Clients open(Server server, int count, IntFunction<Listening> wanted) throws InterruptedException {
        return Clients.open(protocol, server.port(), server.handshake(), count, wanted, server.token());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try (stack;
                edge) {
            reference.close();
        }
    }
}
