package dev.sluice.fanout.session;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.log.ChannelChain;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.RecentLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the log. <em>Live</em>: its place is the head, and its loop hands it each event once. <em>Behind</em>: it
 * reads forward by itself, as its socket drains. It has no queue; its place is one number. Belongs to its session's loop, so
 * that going from behind to live can't race with the tail.
 */
final class Subscription {
    private static final byte[] NO_CURSOR = {};

    private final Session session;
    private final SubscriptionRequest request;
    private final LoopDispatcher dispatcher;
    private final RecentLog log;
    private final byte[] label;
    private final int bodySlot;
    private final boolean unfiltered;
    /** The channel, when it reads one only and can follow that one's chain. */
    private final @Nullable String single;
    /** Kafka's place for that channel, as long as there are so many partitions as when it was asked. */
    private final int home;

    private final int partitionsAtStart;
    private final Set<String> exact = new HashSet<>();

    private boolean live;
    private boolean closed;
    /** Whether one partition's position does not say where it stands, or once did not. */
    private boolean spread;
    /** Behind: the next sequence to look at; live: of no meaning. */
    private long position;
    /** The last one that was offered while live, since several of its patterns may match. */
    private long lastOffered = -1;
    /** For each partition where the client stands already, when that is ahead of this replica; else null. */
    private long @Nullable [] ahead;

    private byte[] lastCursor = NO_CURSOR;

    Subscription(Session session, SubscriptionRequest request, LoopDispatcher dispatcher, RecentLog log, int bodySlot) {
        this.session = session;
        this.request = request;
        this.dispatcher = dispatcher;
        this.log = log;
        this.bodySlot = bodySlot;
        this.label = request.format().label(request.name());
        this.unfiltered = request.filter().equals(EventFilter.EVERYTHING);
        this.single = request.isSingleChannel() ? request.channels().get(0).text() : null;
        this.partitionsAtStart = log.head().partitions();
        this.home = single == null ? -1 : RecentLog.home(single, partitionsAtStart);
        request.channels().stream().filter(ChannelPattern::isChannel).forEach(channel -> exact.add(channel.text()));
    }

    SubscriptionRequest request() {
        return request;
    }

    byte[] label() {
        return label;
    }

    boolean isLive() {
        return live;
    }

    // ---- Where it begins

    /**
     * Takes its place; what it reads from there on is up to {@link #read}.
     *
     * @param from the cursor that the client came with; empty when it came without
     */
    void begin(Place place, String from) {
        position = place.sequence();
        ahead = place.ahead();
        spread = place.spread();
        live = position >= dispatcher.next();
        lastCursor = from.isEmpty() ? cursorAt(position) : from.getBytes(StandardCharsets.US_ASCII);
    }

    // ---- Live

    /** An event that one of its patterns matches, in the order of the log. */
    void offer(Entry entry) {
        if (!live || entry.sequence() <= lastOffered) {
            return;
        }
        lastOffered = entry.sequence();
        if (isBeforeClient(entry) || !passes(entry)) {
            return;
        }
        if (session.hasRoom()) {
            deliver(entry);
        } else {
            fallBehind(entry.sequence());
        }
    }

    /** As {@link #offer}; a bug in serving this one must not reach the others of the loop. */
    void offerSafely(Entry entry) {
        try {
            offer(entry);
        } catch (RuntimeException bug) {
            // It does not have this one, and its last cursor says so.
            fallBehind(entry.sequence());
            session.fail(bug);
        }
    }

    /** The loop missed events that have left memory: whoever was live finds out by reading. */
    void fallBehind(long from) {
        if (live) {
            live = false;
            position = from;
            dispatcher.metrics().fellBehind();
        }
    }

    // ---- Behind

    /**
     * Reads on until it is live, the socket is full, or the budget is spent.
     *
     * @param budget how many events to look at
     * @return whether it could go on at once
     */
    boolean read(int budget) {
        int left = budget;
        while (!live && !closed) {
            if (!session.hasRoom()) {
                return false;
            }
            if (left-- == 0) {
                return true;
            }
            if (position >= dispatcher.next()) {
                live = true;
                lastOffered = dispatcher.next() - 1;
                return false;
            }
            Entry entry = log.get(position);
            if (entry == null) {
                passGap();
            } else {
                if (isWanted(entry)) {
                    deliver(entry);
                }
                position = after(entry);
            }
        }
        return false;
    }

    /** A reader of one channel goes from event to event of it; others look at each. */
    private long after(Entry entry) {
        if (single == null || !entry.event().channel().name().equals(single)) {
            return single == null ? entry.sequence() + 1 : nextOfSingle(entry.sequence() + 1);
        }
        long next = entry.nextInChannel();
        return next < 0 ? dispatcher.next() : next;
    }

    private long nextOfSingle(long from) {
        long next = single == null ? -1 : log.firstOfChannel(single, from);
        if (log.first() > from) {
            // What stood there may have left memory while the chain was followed: reading there finds the gap.
            return from;
        }
        return next < 0 ? dispatcher.next() : next;
    }

    private boolean isWanted(Entry entry) {
        Channel channel = entry.event().channel();
        return (exact.contains(channel.name()) || matchesPattern(channel))
                && !isBeforeClient(entry)
                && passes(entry)
                && !(request.overflow() == Overflow.LATEST && isConflated(entry));
    }

    private boolean matchesPattern(Channel channel) {
        for (ChannelPattern pattern : request.channels()) {
            if (!pattern.isChannel() && pattern.matches(channel)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a later event of its channel will be read too. */
    private boolean isConflated(Entry entry) {
        for (long next = entry.nextInChannel(); next >= 0 && next < dispatcher.next(); ) {
            Entry later = log.get(next);
            if (later == null || passes(later)) {
                return true;
            }
            next = later.nextInChannel();
        }
        return false;
    }

    /** What was next has left memory. The client is told, once, and reading goes on where memory begins. */
    private void passGap() {
        position = Math.min(Math.max(position + 1, log.first()), dispatcher.next());
        tellGap(GapReason.NOT_IN_MEMORY, new String(lastCursor, StandardCharsets.US_ASCII));
        if (single != null) {
            position = nextOfSingle(position);
        }
    }

    void tellGap(GapReason reason, String from) {
        byte[] to = cursorAt(position);
        lastCursor = to;
        dispatcher.metrics().gap(reason);
        session.control(this, new Control.Gap(reason, from, new String(to, StandardCharsets.US_ASCII)), to);
    }

    // ---- Both

    private boolean passes(Entry entry) {
        return unfiltered || request.filter().matches(entry.cloudEvent());
    }

    /** Whether the client has it already, from a replica that was ahead of this one. */
    private boolean isBeforeClient(Entry entry) {
        long[] has = ahead;
        return has != null && entry.partition() < has.length && entry.offset() < has[entry.partition()];
    }

    private void deliver(Entry entry) {
        byte[] cursor = cursorAfter(entry);
        byte[] body = entry.body(bodySlot, request.format().body());
        session.event(this, body, cursor);
        lastCursor = cursor;
    }

    private byte[] cursorAfter(Entry entry) {
        if (ahead != null) {
            return cursorAt(entry.sequence() + 1);
        }
        if (standsInOnePartition(entry.chain())) {
            return entry.ownCursor(dispatcher.cursors());
        }
        byte[] full = entry.fullCursor();
        if (full == null) {
            full = dispatcher.cursors().all(dispatcher.frontierAt(entry.sequence() + 1));
            entry.shareFullCursor(full);
        }
        return full;
    }

    /** Where a reader stands that has read everything before the sequence. */
    private byte[] cursorAt(long sequence) {
        long[] frontier = dispatcher.frontierAt(sequence);
        long[] has = ahead;
        if (has != null) {
            if (reached(frontier, has)) {
                ahead = null;
            } else {
                frontier = frontier.clone();
                for (int i = 0; i < Math.min(has.length, frontier.length); i++) {
                    frontier[i] = Math.max(frontier[i], has[i]);
                }
            }
        }
        return standsInOnePartition(single == null ? null : log.chain(single))
                ? dispatcher.cursors().single(home, frontier[home])
                : dispatcher.cursors().all(frontier);
    }

    private static boolean reached(long[] frontier, long[] has) {
        for (int i = 0; i < has.length; i++) {
            if (i >= frontier.length || frontier[i] < has[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean standsInOnePartition(@Nullable ChannelChain chain) {
        spread |= single == null
                || partitionsAtStart != dispatcher.partitions()
                || (chain != null && chain.isScattered());
        return !spread;
    }

    /**
     * Where it stands now, also if nothing was delivered for long. Who is behind, and whose place has left memory, stands where
     * it was last told until it is told of the gap.
     */
    byte[] cursor() {
        long place = live ? dispatcher.next() : Math.min(position, dispatcher.next());
        byte[] now = cursorAt(place);
        if (place == dispatcher.next() || log.first() <= place) {
            lastCursor = now;
        }
        return lastCursor;
    }

    void close() {
        closed = true;
        live = false;
        for (ChannelPattern pattern : request.channels()) {
            dispatcher.index().remove(pattern, this);
        }
    }

    /** Where to begin: a sequence, where the client is ahead of it, and whether one partition does not say it all. */
    @SuppressWarnings("ArrayRecordComponent")
    record Place(long sequence, long @Nullable [] ahead, boolean spread) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place that
                    && sequence == that.sequence
                    && spread == that.spread
                    && Arrays.equals(ahead, that.ahead);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(sequence);
        }
    }
}
