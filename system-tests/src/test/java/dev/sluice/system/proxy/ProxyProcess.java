package dev.sluice.system.proxy;

import dev.sluice.system.client.Expect;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server that we did not write, as a process of this machine; it listens when it is handed out. */
public final class ProxyProcess implements AutoCloseable {
    private static final int GRACE_SECONDS = 10;

    private final Process process;

    private ProxyProcess(Process process) {
        this.process = process;
    }

    /** Where a program is installed, or unpacked by {@code .ci/run}. */
    public static Optional<Path> find(String program) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of(
                                "/usr/sbin",
                                System.getProperty("java.io.tmpdir") + "/sluice-ci-tools/usr/sbin",
                                System.getProperty("java.io.tmpdir") + "/sluice-ci-tools/usr/bin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Where the libraries are that {@code .ci/run} unpacked beside a program; where it is installed, that are the system's own. */
    public static String librariesOf(Path program) {
        var architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        return program.toAbsolutePath()
                .resolveSibling("../lib/" + architecture + "-linux-gnu")
                .normalize()
                .toString();
    }

    /**
     * Starts it, and waits until it listens.
     *
     * @param folder where what it prints is kept
     * @param port where it will listen on the loopback address
     */
    public static ProxyProcess start(String name, Path folder, int port, ProcessBuilder command) throws IOException {
        var program = Path.of(command.command().get(0));
        command.environment().put("LD_LIBRARY_PATH", librariesOf(program));
        var process = command.redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile())
                .start();
        Expect.until(name + " listens", () -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " has ended; see " + folder);
            }
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        return new ProxyProcess(process);
    }

    @Override
    public void close() {
        var all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
