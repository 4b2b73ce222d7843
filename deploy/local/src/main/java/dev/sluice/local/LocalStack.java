package dev.sluice.local;

import dev.sluice.local.identity.Identity;
import dev.sluice.local.keycloak.Keycloak;
import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The system, running as separate processes on this machine: Kafka, the identity provider, the publisher and the edges.
 *
 * <p>Owns its processes: {@link #close()} ends them in order, so does the end of this JVM, and if this JVM is killed they
 * notice and end by themselves. Safe for use by several threads.
 */
public final class LocalStack implements AutoCloseable {

    /** By which its publisher knows an edge; the same under {@code quarkus:dev}. On loopback it is no secret. */
    public static final String EDGE_KEY = "no-secret-services-of-one-machine";

    /** The run file of the process that owns the stack. */
    static final String LAUNCHER = "launcher";

    private final Path runDirectory;
    private final Progress progress;
    private final List<Service> services;
    private final CompletableFuture<Service> failure;
    private final Thread closeAtExit = new Thread(this::close, "sluice-stop");
    private boolean closed;

    LocalStack(Path runDirectory, Progress progress, List<Service> services, CompletableFuture<Service> failure) {
        this.runDirectory = runDirectory;
        this.progress = progress;
        this.services = List.copyOf(services);
        this.failure = failure;
    }

    /**
     * A stack that is yet to be started.
     *
     * @param directory for logs, pids, Kafka's data; created when missing
     */
    public static LocalStackBuilder builder(Path directory) {
        return new LocalStackBuilder(directory);
    }

    /** The broker; fails when it is not part of this stack. */
    public KafkaBroker kafka() {
        return new KafkaBroker(service(Component.KAFKA));
    }

    /** The identity provider; fails when it is not part of this stack. Its process is {@code service(IDENTITY)}. */
    public Identity identity() {
        return new Identity(service(Component.IDENTITY).port());
    }

    /** The Keycloak; fails when it is not part of this stack. Its process is {@code service(KEYCLOAK)}. */
    public Keycloak keycloak() {
        return new Keycloak(service(Component.KEYCLOAK).port());
    }

    /** The first replica of the component; fails when it is not part of this stack. */
    public Service service(Component component) {
        return service(component, 0);
    }

    /** A replica of the component, from 0 on; fails when it is not part of this stack. */
    public Service service(Component component, int replica) {
        return services.stream()
                .filter(service -> service.component() == component && service.replica() == replica)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no " + component.id() + " " + replica + " in this stack"));
    }

    /** All replicas of the component, in order; none when it is not part of this stack. */
    public List<Service> services(Component component) {
        return services.stream()
                .filter(service -> service.component() == component)
                .toList();
    }

    /** All processes, in the order in which they are started. */
    public List<Service> services() {
        return services;
    }

    /** Waits until a process ends that nobody stopped, and says in one line which, why, and where to look. */
    public String awaitFailure() throws InterruptedException {
        try {
            return StartFailed.describe(failure.get(), failure.get().end());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Ends all processes in the order of {@link Component#STOP_ORDER} and waits for it. Does nothing the second time, but
     * waits too.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Component.STOP_ORDER.forEach(this::stop);
        forgetLauncher();
    }

    /** Starts everything in order; on failure everything is stopped again. */
    void start() {
        Runtime.getRuntime().addShutdownHook(closeAtExit);
        try {
            RunFile.of(LAUNCHER, ProcessHandle.current(), 0).write(runDirectory);
            Component.START_ORDER.forEach(this::start);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void start(List<Component> stage) {
        var waiting = new LinkedHashMap<Service, Long>();
        for (var service : of(stage)) {
            spawn(service);
            waiting.put(service, System.nanoTime());
        }
        // One after the other is enough: whoever got ready meanwhile answers at once.
        waiting.forEach((service, since) -> {
            service.awaitReady();
            progress.ready(service, Duration.ofNanos(System.nanoTime() - since));
        });
    }

    /** Nothing is spawned any more once the stack is being closed, or it would be left behind. */
    private synchronized void spawn(Service service) {
        if (closed) {
            throw StartFailed.stopped(service);
        }
        service.spawn();
        progress.started(service);
    }

    private void stop(List<Component> stage) {
        var leaving = of(stage).stream().filter(Service::isAlive).toList();
        leaving.forEach(service -> {
            progress.stopping(service);
            service.requestStop();
        });
        leaving.forEach(service -> {
            service.awaitStop();
            progress.stopped(service);
        });
    }

    private List<Service> of(List<Component> stage) {
        return services.stream()
                .filter(service -> stage.contains(service.component()))
                .toList();
    }

    private void forgetLauncher() {
        try {
            RunFile.delete(runDirectory, LAUNCHER);
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalStateException e) {
            // This is the shutdown hook itself.
            return;
        }
    }
}
