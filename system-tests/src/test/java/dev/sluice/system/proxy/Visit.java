package dev.sluice.system.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A subscription from outside, and what came of it. Written by the client's thread, read by the test. */
final class Visit implements AutoCloseable {

    /**
     * One message.
     *
     * @param type the event's, or {@code sluice.…} for a control message
     * @param cursor to go on after it; empty when it has none
     */
    record Seen(String type, String cursor, String text) {}

    private final List<Seen> seen = new ArrayList<>();
    private Optional<String> end = Optional.empty();
    private Runnable leave = () -> {};
    private boolean left;

    synchronized void add(String type, String cursor, String text) {
        seen.add(new Seen(type, cursor, text));
    }

    /** The first end counts. */
    synchronized void end(String how) {
        if (end.isEmpty()) {
            end = Optional.of(how);
        }
    }

    /** What is done when the visitor leaves; at once when it has left already. */
    synchronized void onLeave(Runnable action) {
        leave = action;
        if (left) {
            action.run();
        }
    }

    synchronized List<Seen> seen() {
        return List.copyOf(seen);
    }

    synchronized Optional<String> ended() {
        return end;
    }

    List<String> texts() {
        return seen().stream()
                .filter(message -> !message.type().startsWith("sluice."))
                .map(Seen::text)
                .toList();
    }

    /** Whether an event posted now arrives. */
    boolean hasStarted() {
        return seen().stream()
                .anyMatch(message -> message.type().matches("sluice\\.(open|subscribed)")
                        && !message.cursor().isEmpty());
    }

    long heartbeats() {
        return seen().stream()
                .filter(message -> message.type().equals("sluice.heartbeat"))
                .count();
    }

    /** Where it is. */
    String cursor() {
        return seen().stream()
                .map(Seen::cursor)
                .filter(cursor -> !cursor.isEmpty())
                .reduce("", (before, after) -> after);
    }

    @Override
    public synchronized void close() {
        left = true;
        leave.run();
    }
}
