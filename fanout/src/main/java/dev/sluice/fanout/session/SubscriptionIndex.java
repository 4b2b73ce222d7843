package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who wants a channel, among the subscriptions of one event loop: exact channels by hash, patterns by a trie over segments.
 * Belongs to its loop. A subscription of which several patterns match is named several times; it counts the first only.
 */
final class SubscriptionIndex {
    private final Map<String, List<Subscription>> exact = new HashMap<>();
    private final Node root = new Node();
    private int patterns;

    private static final class Node {
        final Map<String, Node> children = new HashMap<>();
        /** For {@code *}. */
        @Nullable
        Node one;
        /** Those whose pattern ends here. */
        final List<Subscription> here = new ArrayList<>(1);
        /** Those whose pattern ends in {@code **} here. */
        final List<Subscription> rest = new ArrayList<>(1);

        boolean isEmpty() {
            return children.isEmpty() && one == null && here.isEmpty() && rest.isEmpty();
        }
    }

    void add(ChannelPattern pattern, Subscription subscription) {
        if (pattern.isChannel()) {
            exact.computeIfAbsent(pattern.text(), channel -> new ArrayList<>(2)).add(subscription);
            return;
        }
        patterns++;
        Node node = root;
        for (String segment : pattern.segments()) {
            if (segment.equals("**")) {
                node.rest.add(subscription);
                return;
            }
            if (segment.equals("*")) {
                if (node.one == null) {
                    node.one = new Node();
                }
                node = node.one;
            } else {
                node = node.children.computeIfAbsent(segment, name -> new Node());
            }
        }
        node.here.add(subscription);
    }

    void remove(ChannelPattern pattern, Subscription subscription) {
        if (pattern.isChannel()) {
            List<Subscription> readers = exact.get(pattern.text());
            if (readers != null && readers.remove(subscription) && readers.isEmpty()) {
                exact.remove(pattern.text());
            }
        } else if (remove(root, pattern.segments(), 0, subscription)) {
            patterns--;
        }
    }

    private static boolean remove(Node node, List<String> segments, int depth, Subscription subscription) {
        if (depth == segments.size()) {
            return node.here.remove(subscription);
        }
        String segment = segments.get(depth);
        if (segment.equals("**")) {
            return node.rest.remove(subscription);
        }
        boolean any = segment.equals("*");
        Node child = any ? node.one : node.children.get(segment);
        if (child == null || !remove(child, segments, depth + 1, subscription)) {
            return false;
        }
        if (child.isEmpty()) {
            if (any) {
                node.one = null;
            } else {
                node.children.remove(segment);
            }
        }
        return true;
    }

    void match(String channel, Consumer<Subscription> reader) {
        List<Subscription> direct = exact.get(channel);
        if (direct != null) {
            visit(direct, reader);
        }
        if (patterns > 0) {
            match(root, channel, 0, reader);
        }
    }

    private static void match(Node node, String channel, int from, Consumer<Subscription> reader) {
        if (from > channel.length()) {
            visit(node.here, reader);
            return;
        }
        visit(node.rest, reader);
        int dot = channel.indexOf('.', from);
        int end = dot < 0 ? channel.length() : dot;
        Node same = node.children.isEmpty() ? null : node.children.get(channel.substring(from, end));
        if (same != null) {
            match(same, channel, end + 1, reader);
        }
        if (node.one != null) {
            match(node.one, channel, end + 1, reader);
        }
    }

    /** Backwards by index, because readers may go while one is served: none is left out then, at most one is named again. */
    private static void visit(List<Subscription> readers, Consumer<Subscription> reader) {
        for (int i = readers.size() - 1; i >= 0; i--) {
            if (i < readers.size()) {
                reader.accept(readers.get(i));
            }
        }
    }
}
