package dev.sluice.bench.server;

import dev.sluice.bench.load.Handshake;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** A process that delivers events to clients, and can be measured. One thread at a time calls it. */
public interface Server extends AutoCloseable {
    long pid();

    int port();

    /** What clients show it. */
    String token();

    /** What else they do to be given their stream. */
    default Handshake handshake() {
        return Handshake.NONE;
    }

    /** Sends so many events to {@link #CHANNEL} as fast as that goes; the last one carries the marker. */
    void sendAll(int events) throws IOException, InterruptedException, ExecutionException;

    /** Sends one more event to {@link #CHANNEL}, and does not wait until it has arrived anywhere. */
    void sendNext() throws IOException, InterruptedException;

    /** What the kernel counts as its memory after a full collection, in bytes. */
    double resident() throws IOException, InterruptedException;

    @Override
    void close() throws IOException, InterruptedException;

    String CHANNEL = "bench.fanout";
}
