package dev.sluice.bench.peer;

import dev.sluice.bench.load.Handshake;
import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A server of {@code bench/src/main/node}. */
final class NodeServer extends PeerServer {
    private final ServerProcess process;
    private final Handshake handshake;

    private NodeServer(ServerProcess process, Handshake handshake, int payload) {
        super(payload);
        this.process = process;
        this.handshake = handshake;
    }

    static NodeServer start(String script, Handshake handshake, int payload)
            throws IOException, InterruptedException, Unavailable {
        Path folder = Downloads.node();
        var process = ServerProcess.start(
                List.of("node", "--expose-gc", folder.resolve(script).toString()));
        return new NodeServer(process, handshake, payload);
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public int port() {
        return process.port();
    }

    @Override
    public Handshake handshake() {
        return handshake;
    }

    @Override
    void send(String json) throws IOException {
        process.say(json);
    }

    @Override
    public double resident() throws IOException, InterruptedException {
        process.say("collect");
        process.hear("collected");
        return Processes.resident(pid());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.close();
    }
}
