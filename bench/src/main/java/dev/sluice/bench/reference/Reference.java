package dev.sluice.bench.reference;

import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.Server;
import dev.sluice.bench.server.ServerProcess;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A running {@link ReferenceServer}, in a process of its own. */
public final class Reference implements Server {
    private final ServerProcess process;

    private Reference(ServerProcess process) {
        this.process = process;
    }

    public static Reference start(Protocol protocol, List<byte[]> frames, Path directory)
            throws IOException, InterruptedException {
        Path file = directory.resolve("frames-" + protocol);
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(frames.size());
            for (byte[] frame : frames) {
                out.writeInt(frame.length);
                out.write(frame);
            }
        }
        return new Reference(ServerProcess.start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:ActiveProcessorCount=1",
                "-cp",
                System.getProperty("java.class.path"),
                ReferenceServer.class.getName(),
                protocol.name(),
                file.toString())));
    }

    @Override
    public int port() {
        return process.port();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    /** It asks nobody for one. */
    @Override
    public String token() {
        return "none";
    }

    /** However many it was given at the start. */
    @Override
    public void sendAll(int events) throws IOException {
        process.say("go");
    }

    @Override
    public void sendNext() throws IOException {
        process.say("next");
    }

    @Override
    public double resident() throws IOException, InterruptedException {
        return Processes.collected(pid());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.close();
    }
}
