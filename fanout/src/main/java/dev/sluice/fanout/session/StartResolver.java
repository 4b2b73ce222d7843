package dev.sluice.fanout.session;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.log.ChannelChain;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.RecentLog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place in this replica's memory for where a client wants to begin. A foreign cursor knows offsets; its place is the
 * lowest sequence that any of its partitions still needs, and what the client has of the others is passed over.
 */
final class StartResolver {
    private final RecentLog log;
    private final TopicBinding topic;

    /** A place, and what can't be delivered before it. */
    record Resolved(Subscription.Place place, @Nullable GapReason gap, String from) {
        static Resolved at(long sequence) {
            return new Resolved(new Subscription.Place(sequence, null, false), null, "");
        }
    }

    StartResolver(RecentLog log, TopicBinding topic) {
        this.log = log;
        this.topic = topic;
    }

    /**
     * @param dispatched the next sequence of the client's loop; nothing beyond it is read yet
     * @throws Rejected when the cursor can't be one of this subscription's
     */
    Resolved after(Cursor cursor, SubscriptionRequest request, long dispatched) throws Rejected {
        cursor.requireTopic("cursor", topic);
        boolean[] matters = new boolean[log.head().partitions()];
        if (cursor.topic().incarnation() != topic.incarnation()) {
            Arrays.fill(matters, true);
            return from(everythingInMemory(matters.length), matters, cursor, GapReason.TOPIC_RECREATED, dispatched);
        }
        return from(needs(cursor, request, matters), matters, cursor, null, dispatched);
    }

    /** @param offsets for each partition the first to deliver */
    Resolved since(long[] offsets, Cursor asked, SubscriptionRequest request, long dispatched) {
        boolean[] matters = new boolean[offsets.length];
        if (request.isSingleChannel() && !isScattered(request.channels().get(0).text())) {
            matters[RecentLog.home(request.channels().get(0).text(), offsets.length)] = true;
        } else {
            Arrays.fill(matters, true);
        }
        return from(offsets, matters, asked, null, dispatched);
    }

    private long[] everythingInMemory(int partitions) {
        long[] held = new long[partitions];
        Arrays.setAll(held, log::heldFrom);
        return held;
    }

    private boolean isScattered(String channel) {
        ChannelChain chain = log.chain(channel);
        return chain != null && chain.isScattered();
    }

    private long[] needs(Cursor cursor, SubscriptionRequest request, boolean[] matters) throws Rejected {
        int partitions = matters.length;
        if (cursor.partition(cursor.size() - 1) >= partitions) {
            throw Problem.of(Reason.UNAVAILABLE, "this replica does not know all partitions of the topic yet")
                    .rejected();
        }
        if (request.isSingleChannel()) {
            String channel = request.channels().get(0).text();
            int home = RecentLog.home(channel, partitions);
            boolean scattered = isScattered(channel);
            boolean moved = cursor.offsetOf(home) < 0;
            if (moved && cursor.size() == 1 && !livedThere(channel, cursor, partitions)) {
                throw Problem.malformed(
                                "cursor", "this cursor is of another subscription: it does not cover '" + channel + "'")
                        .rejected();
            }
            if (cursor.size() == 1 || (!moved && !scattered)) {
                // Of the partitions that the cursor does not cover, everything: when it was taken, they had nothing of
                // this
                // channel.
                long[] needs = everythingInMemory(partitions);
                for (int i = 0; i < partitions; i++) {
                    needs[i] = Math.max(needs[i], cursor.offsetOf(i));
                }
                // Partitions were added since: its old partition from there on, its new one from the start.
                needs[home] = moved ? 0 : cursor.offsetOf(home);
                if (moved) {
                    needs[cursor.partition(0)] = cursor.offset(0);
                    matters[cursor.partition(0)] = true;
                }
                matters[home] = true;
                if (scattered) {
                    Arrays.fill(matters, true);
                }
                return needs;
            }
        }
        long[] needs = new long[partitions];
        for (int i = 0; i < cursor.size(); i++) {
            if (cursor.partition(i) != i) {
                throw Problem.malformed(
                                "cursor", "this cursor is of another subscription: it does not cover all channels")
                        .rejected();
            }
            needs[i] = cursor.offset(i);
        }
        Arrays.fill(matters, true);
        return needs;
    }

    private static boolean livedThere(String channel, Cursor cursor, int partitions) {
        for (int fewer = 1; fewer < partitions; fewer++) {
            if (cursor.size() == 1 && RecentLog.home(channel, fewer) == cursor.partition(0)) {
                return true;
            }
        }
        return false;
    }

    /** @param matters the partitions in which what is missing is a gap */
    private Resolved from(long[] needs, boolean[] matters, Cursor cursor, @Nullable GapReason known, long dispatched) {
        GapReason gap = known;
        long sequence = dispatched;
        int partitions = 0;
        for (int i = 0; i < needs.length; i++) {
            long first = log.sequenceAt(i, needs[i]);
            // Asked after that, because the tail evicts all the while.
            for (long held = log.heldFrom(i); needs[i] < held; held = log.heldFrom(i)) {
                needs[i] = held;
                if (matters[i] && gap == null) {
                    gap = GapReason.NOT_IN_MEMORY;
                }
                first = log.sequenceAt(i, held);
            }
            if (matters[i]) {
                partitions++;
                if (first >= 0) {
                    sequence = Math.min(sequence, first);
                }
            }
        }
        long[] before = log.frontierAt(sequence);
        boolean ahead = false;
        for (int i = 0; i < needs.length; i++) {
            ahead |= i < before.length && needs[i] > before[i];
        }
        return new Resolved(
                new Subscription.Place(sequence, ahead ? needs : null, partitions > 1), gap, cursor.toString());
    }

    /** The place of the n-th newest event that matches. */
    Resolved last(int count, SubscriptionRequest request, long dispatched) {
        return Resolved.at(
                request.isSingleChannel()
                        ? lastOfChannel(count, request, dispatched)
                        : lastOfAll(count, request, dispatched));
    }

    private long lastOfChannel(int count, SubscriptionRequest request, long dispatched) {
        ChannelChain chain = log.chain(request.channels().get(0).text());
        long place = dispatched;
        int left = count;
        for (Entry entry = chain == null ? null : log.get(chain.last());
                entry != null && left > 0;
                entry = log.get(entry.previousInChannel())) {
            if (entry.sequence() < dispatched && matches(entry, request.filter())) {
                place = entry.sequence();
                left--;
            }
        }
        return place;
    }

    private long lastOfAll(int count, SubscriptionRequest request, long dispatched) {
        long place = dispatched;
        int left = count;
        for (long i = dispatched - 1; i >= 0 && left > 0; i--) {
            Entry entry = log.get(i);
            if (entry == null) {
                break;
            }
            Channel channel = entry.event().channel();
            if (request.channels().stream().anyMatch(pattern -> pattern.matches(channel))
                    && matches(entry, request.filter())) {
                place = i;
                left--;
            }
        }
        return place;
    }

    private static boolean matches(Entry entry, EventFilter filter) {
        return filter.equals(EventFilter.EVERYTHING) || filter.matches(entry.cloudEvent());
    }
}
