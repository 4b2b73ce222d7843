package dev.sluice.fanout.cold;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Something to be read of a partition, and who waits for it.
 *
 * @param start the offset with which reading begins
 * @param tries how many workers have ended over it
 */
record Request<T>(
        int partition, long start, Function<Scan, T> reading, CompletableFuture<T> answer, AtomicInteger tries) {
    Request(int partition, long start, Function<Scan, T> reading) {
        this(partition, start, reading, new CompletableFuture<>(), new AtomicInteger());
    }

    /** @return tells who waits for it what was read */
    Runnable read(Scan scan) {
        T result = reading.apply(scan);
        return () -> answer.complete(result);
    }
}
