package dev.sluice.system.fault;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one client received, over all its connections, in its order. Written by one thread, read by any.
 *
 * @see Ledger
 */
final class Diary {

    /** A line of it. */
    sealed interface Line {
        /** An event. */
        record Got(String channel, String id) implements Line {}

        /** The client was told that something can't be delivered. */
        record Gap(String reason) implements Line {}
    }

    private final String name;
    private final Map<String, String> entitled;
    private final Predicate<String> filter;
    private final List<Line> lines = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final List<String> complaints = new ArrayList<>();

    /**
     * @param name for messages
     * @param entitled the channels that the client is entitled to, each with the id after which it began to listen, which is empty for
     *     those who listened from the first event on
     * @param filter which ids it asked for
     */
    Diary(String name, Map<String, String> entitled, Predicate<String> filter) {
        this.name = name;
        this.entitled = Map.copyOf(entitled);
        this.filter = filter;
    }

    synchronized void got(String channel, String id) {
        lines.add(new Line.Got(channel, id));
        seen.add(id);
    }

    synchronized void gap(String reason) {
        lines.add(new Line.Gap(reason));
    }

    /** Something that is wrong whatever the ledger says. */
    synchronized void complain(String about) {
        complaints.add(about);
    }

    synchronized boolean has(String id) {
        return seen.contains(id);
    }

    synchronized int gaps() {
        return (int) lines.stream().filter(Line.Gap.class::isInstance).count();
    }

    synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    String name() {
        return name;
    }

    Map<String, String> entitled() {
        return entitled;
    }

    boolean wants(String id) {
        return filter.test(id);
    }
}
