package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who wants a channel, on one event loop: exact channels by hash, patterns by a trie over segments. Belongs to its loop. An audience
 * of which several patterns match is named several times; it counts the first only.
 *
 * @param <A> who is found
 */
final class ChannelIndex<A> {
    private final Map<String, Readers<A>> exact = new HashMap<>();
    private final Node<A> root = new Node<>();
    private int patterns;

    private static final class Node<A> {
        final Map<String, Node<A>> children = new HashMap<>();
        /** For {@code *}. */
        @Nullable
        Node<A> one;
        /** Those whose pattern ends here. */
        final Readers<A> here = new Readers<>();
        /** Those whose pattern ends in {@code **} here. */
        final Readers<A> rest = new Readers<>();

        boolean isEmpty() {
            return children.isEmpty() && one == null && here.isEmpty() && rest.isEmpty();
        }
    }

    /** In no order. Whoever leaves is found at once, also among tens of thousands. */
    private static final class Readers<A> {
        /** Fewer are looked through. */
        private static final int MANY = 32;

        private final List<A> all = new ArrayList<>(1);
        /** The place of each; null as long as there are few. */
        private @Nullable Map<A, Integer> places;

        boolean isEmpty() {
            return all.isEmpty();
        }

        void add(A audience) {
            all.add(audience);
            if (places != null) {
                places.put(audience, all.size() - 1);
            } else if (all.size() > MANY) {
                Map<A, Integer> found = new IdentityHashMap<>();
                for (int i = 0; i < all.size(); i++) {
                    found.put(all.get(i), i);
                }
                places = found;
            }
        }

        boolean remove(A audience) {
            Integer known = places == null ? (Integer) all.indexOf(audience) : places.remove(audience);
            if (known == null || known < 0) {
                return false;
            }
            A last = all.remove(all.size() - 1);
            if (known < all.size()) {
                all.set(known, last);
                if (places != null) {
                    places.put(last, known);
                }
            }
            if (all.isEmpty()) {
                places = null;
            }
            return true;
        }

        /** Backwards, because readers may go while one is served: none is left out then, some may be named again. */
        void visit(Consumer<? super A> each) {
            for (int i = all.size() - 1; i >= 0; i--) {
                if (i < all.size()) {
                    each.accept(all.get(i));
                }
            }
        }
    }

    void add(ChannelPattern pattern, A audience) {
        if (pattern.isChannel()) {
            exact.computeIfAbsent(pattern.text(), channel -> new Readers<>()).add(audience);
            return;
        }
        patterns++;
        Node<A> node = root;
        for (String segment : pattern.segments()) {
            if (segment.equals("**")) {
                node.rest.add(audience);
                return;
            }
            if (segment.equals("*")) {
                if (node.one == null) {
                    node.one = new Node<>();
                }
                node = node.one;
            } else {
                node = node.children.computeIfAbsent(segment, name -> new Node<>());
            }
        }
        node.here.add(audience);
    }

    void remove(ChannelPattern pattern, A audience) {
        if (pattern.isChannel()) {
            Readers<A> readers = exact.get(pattern.text());
            if (readers != null && readers.remove(audience) && readers.isEmpty()) {
                exact.remove(pattern.text());
            }
        } else if (remove(root, pattern.segments(), 0, audience)) {
            patterns--;
        }
    }

    private static <A> boolean remove(Node<A> node, List<String> segments, int depth, A audience) {
        if (depth == segments.size()) {
            return node.here.remove(audience);
        }
        String segment = segments.get(depth);
        if (segment.equals("**")) {
            return node.rest.remove(audience);
        }
        boolean any = segment.equals("*");
        Node<A> child = any ? node.one : node.children.get(segment);
        if (child == null || !remove(child, segments, depth + 1, audience)) {
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

    void match(String channel, Consumer<? super A> each) {
        Readers<A> direct = exact.get(channel);
        if (direct != null) {
            direct.visit(each);
        }
        if (patterns > 0) {
            match(root, channel, 0, each);
        }
    }

    private static <A> void match(Node<A> node, String channel, int from, Consumer<? super A> each) {
        if (from > channel.length()) {
            node.here.visit(each);
            return;
        }
        node.rest.visit(each);
        int dot = channel.indexOf('.', from);
        int end = dot < 0 ? channel.length() : dot;
        Node<A> same = node.children.isEmpty() ? null : node.children.get(channel.substring(from, end));
        if (same != null) {
            match(same, channel, end + 1, each);
        }
        if (node.one != null) {
            match(node.one, channel, end + 1, each);
        }
    }
}
