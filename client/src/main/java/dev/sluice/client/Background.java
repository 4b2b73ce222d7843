package dev.sluice.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Runs what waits for a server while a test goes on, each in a thread of its own. The common pool will not do: on two
 * processors it has one thread since JDK 25, and whatever waits there first keeps the others out. Safe for use by
 * several threads.
 */
public final class Background implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    public <T> CompletableFuture<T> call(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, threads);
    }

    public CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, threads);
    }

    /** Interrupts what still waits. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
