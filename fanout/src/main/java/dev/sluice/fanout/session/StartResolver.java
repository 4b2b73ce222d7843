package dev.sluice.fanout.session;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.event.KafkaEvents;
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
 * Finds the place for where a client wants to begin: in this replica's memory, or else in Kafka. A foreign cursor knows offsets; its
 * place in memory is the lowest sequence that any of its partitions still needs, and what the client has of the others is passed
 * over.
 */
final class StartResolver {
    /** So many events are looked at on an event loop; what takes more is searched for elsewhere. */
    private static final int LOOKS = 512;

    private final RecentLog log;
    private final TopicBinding topic;

    /** Where to begin. */
    sealed interface Beginning {
        record InMemory(Place place) implements Beginning {}

        /** @param gap what is known already not to be deliverable; null when nothing is */
        record InKafka(Needs needs, @Nullable GapReason gap) implements Beginning {}
    }

    /** A place in memory: a sequence, where the client is ahead of it, and whether one partition does not say it all. */
    @SuppressWarnings("ArrayRecordComponent")
    record Place(long sequence, long @Nullable [] ahead, boolean spread) {
        static Place at(long sequence) {
            return new Place(sequence, null, false);
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
    Beginning after(Cursor cursor, SubscriptionRequest request, long dispatched) throws Rejected {
        cursor.requireTopic("cursor", topic);
        if (cursor.topic().incarnation() != topic.incarnation()) {
            int partitions = log.head().partitions();
            return new Beginning.InKafka(all(new long[partitions]), GapReason.TOPIC_RECREATED);
        }
        Needs needs = needs(cursor, request);
        Place place = isAhead(needs) ? null : place(needs, dispatched);
        return place == null ? new Beginning.InKafka(needs, null) : new Beginning.InMemory(place);
    }

    /** The cursor of who has read everything before the frontier, as short as what it reads allows. */
    Cursor cursorAt(long[] frontier, SubscriptionRequest request) {
        if (!request.isSingleChannel() || isScattered(request.singleChannel())) {
            return Cursor.all(topic, frontier);
        }
        int home = RecentLog.home(request.singleChannel(), frontier.length);
        return Cursor.single(topic, frontier.length, home, frontier[home]);
    }

    /** @param offsets for each partition the first to deliver */
    Beginning since(long[] offsets, SubscriptionRequest request, long dispatched) {
        Needs needs = all(offsets);
        Place place = place(needs, dispatched);
        if (place == null || !request.isSingleChannel() || isScattered(request.singleChannel())) {
            return place == null ? new Beginning.InKafka(needs, null) : new Beginning.InMemory(place);
        }
        boolean[] home = new boolean[offsets.length];
        home[RecentLog.home(request.singleChannel(), offsets.length)] = true;
        Place own = place(new Needs(offsets, home), dispatched);
        return new Beginning.InMemory(own == null ? place : own);
    }

    /** Whether some of it is behind what this replica has read: it is the log's end, or the client's mistake. */
    private boolean isAhead(Needs needs) {
        long[] head = log.head().frontier();
        for (int i = 0; i < needs.at().length; i++) {
            if (needs.wanted()[i] && i < head.length && needs.at()[i] > head[i]) {
                return true;
            }
        }
        return false;
    }

    private static Needs all(long[] offsets) {
        boolean[] wanted = new boolean[offsets.length];
        Arrays.fill(wanted, true);
        return new Needs(offsets.clone(), wanted);
    }

    private boolean isScattered(String channel) {
        ChannelChain chain = log.chain(channel);
        return chain != null && chain.isScattered();
    }

    /**
     * What whoever has the cursor still needs.
     *
     * @throws Rejected when the cursor can't be one of this subscription's
     */
    Needs needs(Cursor cursor, SubscriptionRequest request) throws Rejected {
        int partitions = log.head().partitions();
        if (cursor.partitions() > partitions) {
            throw Problem.of(Reason.UNAVAILABLE, "this replica does not know all partitions of the topic yet")
                    .rejected();
        }
        return request.isSingleChannel() && !(cursor.coversAll() && cursor.size() > 1)
                ? needsOfOne(cursor, request.singleChannel(), partitions)
                : needsOfAll(cursor, partitions);
    }

    private Needs needsOfOne(Cursor cursor, String channel, int partitions) throws Rejected {
        int covered = RecentLog.home(channel, cursor.partitions());
        long offset = cursor.offsetOf(covered);
        if (offset < 0) {
            throw Problem.malformed(
                            "cursor", "this cursor is of another subscription: it does not cover '" + channel + "'")
                    .rejected();
        }
        // Of the partitions that the cursor does not cover, what is in memory and not older than what it covers.
        long[] at = new long[partitions];
        Arrays.setAll(at, log::heldFrom);
        boolean[] wanted = new boolean[partitions];
        if (isScattered(channel)) {
            Arrays.fill(wanted, true);
            passOlder(channel, covered, offset, at);
        }
        // If partitions were added since, once or several times: its old partition from there on, and from about that
        // time each that it may
        // have been in from then until now.
        boolean moved = false;
        for (int count = cursor.partitions() + 1; count <= partitions; count++) {
            int then = RecentLog.home(channel, count);
            if (then != covered) {
                moved = true;
                at[then] = then >= cursor.partitions() && log.heldFrom(then) == 0 ? 0 : Needs.BY_TIME;
                wanted[then] = true;
            }
        }
        for (int i = 0; i < cursor.size(); i++) {
            at[cursor.partition(i)] = cursor.offset(i);
            wanted[cursor.partition(i)] = true;
        }
        return new Needs(at, wanted, moved ? new Needs.Move(channel, covered, cursor.partitions()) : null);
    }

    /**
     * What memory has of the channel in other partitions from before it moved to the one that the cursor covers, the client had there. It is
     * older by more than the lease; what another producer put elsewhere at about the same time is not, and may be new to the client.
     */
    private void passOlder(String channel, int covered, long offset, long[] at) {
        ChannelChain chain = log.chain(channel);
        long before = Long.MIN_VALUE;
        for (Entry entry = chain == null ? null : log.get(chain.last());
                entry != null;
                entry = log.get(entry.previousInChannel())) {
            if (entry.partition() == covered && entry.offset() < offset) {
                before = Math.max(before, entry.timestamp() - KafkaEvents.HOME_LEASE.toMillis());
            } else if (entry.partition() != covered && entry.timestamp() < before) {
                at[entry.partition()] = Math.max(at[entry.partition()], entry.offset() + 1);
            }
        }
    }

    private static Needs needsOfAll(Cursor cursor, int partitions) throws Rejected {
        if (!cursor.coversAll()) {
            throw Problem.malformed("cursor", "this cursor is of another subscription: it does not cover all channels")
                    .rejected();
        }
        long[] at = new long[partitions];
        for (int i = 0; i < cursor.size(); i++) {
            at[i] = cursor.offset(i);
        }
        return all(at);
    }

    /**
     * The place in memory from which on everything that is needed is there.
     *
     * @return null when memory does not reach back so far
     */
    @Nullable
    Place place(Needs needs, long dispatched) {
        long[] at = needs.at();
        long sequence = dispatched;
        for (int i = 0; i < at.length; i++) {
            if (needs.wanted()[i]) {
                long first = log.sequenceAt(i, at[i]);
                // Asked after that, because the tail evicts all the while.
                if (at[i] < log.heldFrom(i)) {
                    return null;
                }
                if (first >= 0) {
                    sequence = Math.min(sequence, first);
                }
            }
        }
        long[] before = log.frontierAt(sequence);
        if (before == null) {
            return null;
        }
        long[] has = new long[at.length];
        boolean ahead = false;
        for (int i = 0; i < at.length; i++) {
            if (needs.wanted()[i]) {
                has[i] = at[i];
                ahead |= i < before.length && at[i] > before[i];
            }
        }
        return new Place(sequence, ahead ? has : null, needs.isSpread());
    }

    /**
     * The place of the n-th newest event that matches, by a short look.
     *
     * @return null when it has to be searched for
     */
    @Nullable
    Place last(int count, SubscriptionRequest request, long dispatched) {
        return request.isSingleChannel()
                ? lastOfChannel(count, request, dispatched)
                : lastOfAll(count, request, dispatched);
    }

    private @Nullable Place lastOfChannel(int count, SubscriptionRequest request, long dispatched) {
        ChannelChain chain = log.chain(request.singleChannel());
        long place = dispatched;
        int left = count;
        int looks = LOOKS;
        for (Entry entry = chain == null ? null : log.get(chain.last());
                entry != null && left > 0;
                entry = log.get(entry.previousInChannel())) {
            if (looks-- == 0) {
                return null;
            }
            if (entry.sequence() < dispatched && matches(entry, request.filter())) {
                place = entry.sequence();
                left--;
            }
        }
        return left == 0 || log.isWhole() ? Place.at(place) : null;
    }

    private @Nullable Place lastOfAll(int count, SubscriptionRequest request, long dispatched) {
        long place = dispatched;
        int left = count;
        int looks = LOOKS;
        for (long i = dispatched - 1; i >= 0 && left > 0; i--) {
            if (looks-- == 0) {
                return null;
            }
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
        return left == 0 || log.isWhole() ? Place.at(place) : null;
    }

    private static boolean matches(Entry entry, EventFilter filter) {
        return filter.equals(EventFilter.EVERYTHING) || filter.matches(entry.cloudEvent());
    }
}
