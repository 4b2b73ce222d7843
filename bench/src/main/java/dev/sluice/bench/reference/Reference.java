package dev.sluice.bench.reference;

import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.Server;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A running {@link ReferenceServer}, in a process of its own. */
public final class Reference implements Server, AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final int port;

    private Reference(Process process, Writer commands, int port) {
        this.process = process;
        this.commands = commands;
        this.port = port;
    }

    public static Reference start(Protocol protocol, List<byte[]> frames, Path directory) throws IOException {
        Path file = directory.resolve("frames-" + protocol);
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(frames.size());
            for (byte[] frame : frames) {
                out.writeInt(frame.length);
                out.write(frame);
            }
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:ActiveProcessorCount=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReferenceServer.class.getName(),
                        protocol.name(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String line = output.readLine();
        if (line == null || !line.startsWith("port ")) {
            throw new IOException("the reference server did not start: " + line);
        }
        return new Reference(
                process, process.outputWriter(StandardCharsets.US_ASCII), Integer.parseInt(line.substring(5)));
    }

    @Override
    public int port() {
        return port;
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
        say("go");
    }

    @Override
    public void sendNext() throws IOException {
        say("next");
    }

    @Override
    public double resident() throws IOException, InterruptedException {
        return Processes.resident(pid());
    }

    private void say(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    @Override
    public void close() throws IOException {
        commands.close();
        try {
            process.waitFor();
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
