package dev.sluice.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What came over a connection. Written by the client's thread, read by any other. It keeps everything until somebody takes it. */
public final class Mailbox {

    private final List<Received> received = new ArrayList<>();
    private final AtomicReference<Refusal> ended = new AtomicReference<>();

    public synchronized void add(Received message) {
        if (ended.get() != null) {
            throw new IllegalStateException(message + " came after the end: " + ended.get());
        }
        received.add(message);
        notifyAll();
    }

    /** Waits for what came since the last call, and keeps it no longer; empty when the connection has ended and all was taken. */
    public synchronized List<Received> take() throws InterruptedException {
        while (received.isEmpty() && ended.get() == null) {
            wait();
        }
        List<Received> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    public synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** The first end counts; what follows is only its echo. */
    public synchronized void end(Refusal how) {
        ended.compareAndSet(null, how);
        notifyAll();
    }

    /** The server did something that the protocol does not allow: shows up as the connection's end. */
    public void violated(Throwable what) {
        end(new Refusal("protocol violation", "", "", String.valueOf(what)));
    }

    public Optional<Refusal> ended() {
        return Optional.ofNullable(ended.get());
    }
}
