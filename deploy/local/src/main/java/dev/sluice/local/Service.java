package dev.sluice.local;

import dev.sluice.local.process.Child;
import dev.sluice.local.process.Launch;
import dev.sluice.local.process.LogTail;
import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process of a running {@link LocalStack}: can be stopped, killed, frozen and started again, always on the same port and
 * with the same data. Safe for use by several threads.
 */
public final class Service {

    static final String OPERATOR_PORT = "SLUICE_OPERATOR_PORT";

    /** 128 + SIGKILL. */
    private static final int KILLED = 137;

    private static final Duration POLL = Duration.ofMillis(250);

    private final Instance instance;
    private final Launch launch;
    private final Path runDirectory;
    private final Deadlines deadlines;
    private final Readiness readiness;
    private final Consumer<Service> died;

    private @Nullable Child child;
    private @Nullable Child stopping;
    private long logOffset;

    Service(
            Instance instance,
            Launch launch,
            Path runDirectory,
            Deadlines deadlines,
            Readiness readiness,
            Consumer<Service> died) {
        this.instance = instance;
        this.launch = launch;
        this.runDirectory = runDirectory;
        this.deadlines = deadlines;
        this.readiness = readiness;
        this.died = died;
    }

    /** {@code sse-edge}, and its further replicas {@code sse-edge-1}, {@code sse-edge-2}, … */
    public String name() {
        return instance.name();
    }

    public Component component() {
        return instance.component();
    }

    /** From 0 on. */
    public int replica() {
        return instance.replica();
    }

    public int port() {
        return instance.port();
    }

    /** {@code http://localhost:8081}; has no meaning for Kafka. */
    public URI url() {
        return URI.create("http://localhost:" + port());
    }

    /** Where an edge lists its sessions, if it does. */
    public Optional<URI> operatorUrl() {
        return Optional.ofNullable(launch.env().get(OPERATOR_PORT))
                .map(operatorPort -> URI.create("http://127.0.0.1:" + operatorPort));
    }

    /** Output and errors of all runs of this service since the stack was started. */
    public Path logFile() {
        return launch.logFile();
    }

    /** The process id of the present run; fails when there is none. */
    public long pid() {
        return running().pid();
    }

    public synchronized boolean isAlive() {
        return child != null && child.isAlive();
    }

    /** Asks the process itself; false also when it is frozen or gone. Takes up to 3 s. */
    public boolean isReady() {
        try {
            return isAlive() && readiness.isReady(component(), port());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Starts the process if it is not running, and waits until it is ready.
     *
     * @throws StartFailed when it ends, or is not ready in time
     */
    public void start() {
        spawn();
        awaitReady();
    }

    /** Ends the process in the orderly way (SIGTERM, and SIGKILL after the stack's grace), and waits until it is gone. */
    public void stop() {
        requestStop();
        awaitStop();
    }

    /** Ends the process at once (SIGKILL), and waits until it is gone. */
    public void kill() {
        var victim = release();
        if (victim != null) {
            victim.kill();
            forget();
        }
    }

    /** Freezes the process (SIGSTOP): its sockets stay open, and nothing answers on them. */
    public void pause() {
        running().pause();
    }

    /** Lets a frozen process go on. */
    public void resume() {
        running().resume();
    }

    /** {@link #stop()}, then {@link #start()}. */
    public void restart() {
        stop();
        start();
    }

    /** What the present or last run has logged; at most the last 256 KiB. */
    LogTail logTail() throws IOException {
        return LogTail.of(logFile(), logOffset);
    }

    /** How the present run has ended, in words. */
    String end() {
        var code = running().exitCode();
        return code == KILLED ? "was killed" : "ended with code " + code;
    }

    synchronized void spawn() {
        if (isAlive()) {
            return;
        }
        try {
            logOffset = Files.exists(logFile()) ? Files.size(logFile()) : 0;
            var started = Child.start(launch);
            child = started;
            RunFile.of(name(), started.handle(), port()).write(runDirectory);
            started.whenEnded(() -> ended(started));
        } catch (IOException e) {
            throw StartFailed.before(name() + " could not be started: " + e.getMessage());
        }
    }

    void awaitReady() {
        var deadline = System.nanoTime() + deadlines.start().toNanos();
        while (!isReady()) {
            var present = present();
            if (present == null) {
                throw StartFailed.stopped(this);
            }
            if (!present.isAlive()) {
                throw StartFailed.of(this, end() + " while it started");
            }
            if (System.nanoTime() > deadline) {
                throw StartFailed.of(
                        this, "was not ready after " + deadlines.start().toSeconds() + " s");
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw StartFailed.of(this, "was interrupted while it started");
            }
        }
    }

    void requestStop() {
        var leaving = release();
        if (leaving != null) {
            leaving.requestStop();
        }
        synchronized (this) {
            stopping = leaving;
        }
    }

    void awaitStop() {
        Child leaving;
        synchronized (this) {
            leaving = stopping;
            stopping = null;
        }
        if (leaving != null) {
            leaving.awaitEnd(deadlines.stop());
            forget();
        }
    }

    /** Lets go of the present run: its end is wanted from now on. */
    private synchronized @Nullable Child release() {
        var released = child;
        child = null;
        return released;
    }

    private synchronized @Nullable Child present() {
        return child;
    }

    private Child running() {
        var present = present();
        if (present == null) {
            throw new IllegalStateException(name() + " is not running");
        }
        return present;
    }

    private void ended(Child run) {
        if (present() == run) {
            died.accept(this);
        }
    }

    private void forget() {
        try {
            RunFile.delete(runDirectory, name());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
