package dev.sluice.bench.reference;

import dev.sluice.bench.load.Protocol;
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
public final class Reference implements AutoCloseable {
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

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** Lets it write to all who are connected. */
    public void go() throws IOException {
        say("go");
    }

    /** Lets it write one frame to each. */
    public void next() throws IOException {
        say("next");
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
