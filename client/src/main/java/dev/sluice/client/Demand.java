package dev.sluice.client;

import java.util.function.LongConsumer;

/**
 * How much a client asks its transport for: one more whenever it took one, and none while it is paused, so that the transport
 * stops reading from the socket.
 */
public final class Demand {

    private final LongConsumer transport;
    private boolean paused;
    private long owed;

    public Demand(LongConsumer transport) {
        this.transport = transport;
    }

    /** To be called for each item that the transport handed over, and once at the start. */
    public void more() {
        synchronized (this) {
            if (paused) {
                owed++;
                return;
            }
        }
        transport.accept(1);
    }

    public synchronized void pause() {
        paused = true;
    }

    public void resume() {
        long request;
        synchronized (this) {
            paused = false;
            request = owed;
            owed = 0;
        }
        if (request > 0) {
            transport.accept(request);
        }
    }
}
