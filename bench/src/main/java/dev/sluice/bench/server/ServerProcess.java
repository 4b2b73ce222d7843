package dev.sluice.bench.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own that says first on what port it listens ({@code port 4711}), does what lines of its input tell
 * it, and ends with them. One thread at a time uses it; it waits for a server that is dead or deaf a while only.
 */
public final class ServerProcess implements AutoCloseable {
    private static final String PORT = "port ";
    private static final int PAUSE_MILLIS = 10;
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final Writer input;
    private final BufferedReader output;
    private final int port;

    private ServerProcess(Process process) throws IOException, InterruptedException {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.US_ASCII);
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String first = line();
        if (!first.startsWith(PORT)) {
            throw new IOException("the server says no port, but " + first);
        }
        this.port = Integer.parseInt(first.substring(PORT.length()));
    }

    /** Starts it, and waits until it listens. What it says by standard error is passed on. */
    public static ServerProcess start(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            return new ServerProcess(process);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    public long pid() {
        return process.pid();
    }

    public int port() {
        return port;
    }

    /** Tells it something. */
    public void say(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /** Waits until it says that. */
    public void hear(String expected) throws IOException, InterruptedException {
        String line = line();
        if (!line.equals(expected)) {
            throw new IOException("the server says " + line + ", not " + expected);
        }
    }

    private String line() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!output.ready()) {
            if (!process.isAlive()) {
                throw new IOException("the server has ended with " + process.exitValue());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the server says nothing");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return output.readLine();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            if (process.isAlive()) {
                input.close();
                process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
