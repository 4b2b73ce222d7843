package dev.sluice.fanout.session;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.log.ChannelChain;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.session.StartResolver.Beginning;
import dev.sluice.fanout.session.StartResolver.Place;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the log. <em>Live</em>: its place is the head, and its loop hands it each event once. <em>Behind</em>: it
 * reads forward by itself, as its socket drains, in memory or, where that no longer reaches back, in Kafka. It has no queue. Belongs to its session's loop, so
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

    /** Reads what has left memory; null while memory has what is next. */
    private @Nullable ColdReader cold;

    private byte[] lastCursor = NO_CURSOR;
    /** The last one that the client was sent. */
    private byte[] told = NO_CURSOR;

    /** Of an acknowledged subscription; else null. */
    private final @Nullable Lease lease;

    /** @param lease of an acknowledged one; else null */
    Subscription(
            Session session,
            SubscriptionRequest request,
            LoopDispatcher dispatcher,
            RecentLog log,
            int bodySlot,
            @Nullable Lease lease) {
        this.session = session;
        this.request = request;
        this.dispatcher = dispatcher;
        this.log = log;
        this.bodySlot = bodySlot;
        this.lease = lease;
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

    /** Whether it can't go on before Kafka has answered, or the client has acknowledged something. */
    boolean isWaiting() {
        return isPaused() || (cold != null && cold.isWaiting());
    }

    /** Whether as much as may be is unacknowledged. */
    boolean isPaused() {
        return lease != null && lease.isFull();
    }

    boolean isHeldBy(Lease other) {
        return lease == other;
    }

    private boolean canTake() {
        return !isPaused() && session.hasRoom();
    }

    // ---- Where it begins

    /**
     * Takes its place; what it reads from there on is up to {@link #read}.
     *
     * @param from the cursor that the client came with; empty when it came without
     */
    void begin(Beginning beginning, String from) {
        if (beginning instanceof Beginning.InMemory memory) {
            begin(memory.place());
        } else if (beginning instanceof Beginning.InKafka kafka) {
            goCold(kafka.needs(), kafka.gap());
        }
        lastCursor = from.isEmpty() ? cursorAt(position) : from.getBytes(StandardCharsets.US_ASCII);
    }

    private void begin(Place place) {
        cold = null;
        position = place.sequence();
        ahead = place.ahead();
        spread |= place.spread();
        live = position >= dispatcher.next();
        lastOffered = dispatcher.next() - 1;
    }

    private void goCold(Needs needs, @Nullable GapReason gap) {
        live = false;
        ahead = null;
        spread |= needs.isSpread();
        cold = dispatcher.coldReader(session, needs, gap);
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
        if (canTake()) {
            deliver(entry);
        } else {
            fallBehind(entry.sequence());
        }
    }

    /** As {@link #offer}; whatever goes wrong in serving this one must not reach the others of the loop. */
    void offerSafely(Entry entry) {
        try {
            offer(entry);
        } catch (Throwable failure) {
            // It does not have this one, and where it stands says so.
            live = false;
            position = entry.sequence();
            session.fail(failure);
        }
    }

    /** The loop could not hand out what follows, or it has left memory: whoever was live reads on from what it has. */
    void missed(long from) {
        fallBehind(Math.max(from, lastOffered + 1));
    }

    private void fallBehind(long from) {
        if (live) {
            live = false;
            position = from;
            dispatcher.metrics().fellBehind();
            // From here on it reads if this leaves memory before its socket drains.
            standAt(from);
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
        boolean more = false;
        while (!live && !closed && canTake()) {
            if (left-- == 0) {
                more = true;
                break;
            }
            if (cold != null) {
                if (!readCold(cold)) {
                    break;
                }
            } else {
                readMemory();
            }
        }
        if (!live && !closed) {
            rest();
        }
        return more;
    }

    private void readMemory() {
        if (position >= dispatcher.next()) {
            live = true;
            lastOffered = dispatcher.next() - 1;
            return;
        }
        Entry entry = log.get(position);
        if (entry == null) {
            leaveMemory();
            return;
        }
        if (isWanted(entry) && !(request.overflow() == Overflow.LATEST && isConflated(entry))) {
            deliver(entry);
        }
        position = after(entry);
    }

    /** What is next is not in memory: it goes on in Kafka, from where it stands by what the client was told last. */
    private void leaveMemory() {
        try {
            Cursor stands = Cursor.parse("cursor", new String(lastCursor, StandardCharsets.US_ASCII));
            goCold(dispatcher.starts().needs(stands, request), null);
        } catch (Rejected bug) {
            throw new IllegalStateException("a cursor of our own can't be read", bug);
        }
    }

    /** @return whether it can go on at once */
    private boolean readCold(ColdReader reader) {
        switch (reader.step()) {
            case EVENT -> {
                LogEvent event = reader.event();
                if (isWanted(event) && !(request.overflow() == Overflow.LATEST && isConflated(event, reader))) {
                    byte[] cursor = coldCursor(reader);
                    write(event, cursor);
                    lastCursor = cursor;
                }
            }
            case GAP -> tellGap(reader.takeGap(), coldCursor(reader));
            case MEMORY -> {
                if (reader.needs().at().length != log.head().partitions()) {
                    // Its channels may have moved meanwhile; what is to be read is found anew from where it stands.
                    lastCursor = coldCursor(reader);
                    leaveMemory();
                    return true;
                }
                Place place = dispatcher.starts().place(reader.needs(), dispatcher.next());
                if (place != null) {
                    lastCursor = coldCursor(reader);
                    begin(place);
                }
                // Else memory has moved on in this moment, and there is more to read in Kafka.
            }
            case WAITING -> {
                return false;
            }
        }
        return true;
    }

    /** Its turn is over, and it is still behind: it keeps nothing but where it stands. */
    private void rest() {
        ColdReader reader = cold;
        if (reader == null) {
            standAt(Math.min(position, dispatcher.next()));
        } else {
            if (reader.hasPlace()) {
                lastCursor = coldCursor(reader);
            }
            reader.rest();
        }
    }

    /** It has read everything before this place, as long as that can be said for sure: what has left memory is not known any more. */
    private void standAt(long sequence) {
        byte[] cursor = cursorAt(sequence);
        // Asked after that, because the tail evicts all the while.
        if (log.first() <= sequence) {
            lastCursor = cursor;
        }
    }

    private byte[] coldCursor(ColdReader reader) {
        long[] at = reader.needs().at();
        return single == null || spread
                ? dispatcher.cursors().all(at)
                : dispatcher.cursors().single(partitionsAtStart, home, at[home]);
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

    private boolean isWanted(LogEvent entry) {
        Channel channel = entry.event().channel();
        return (exact.contains(channel.name()) || matchesPattern(channel)) && !isBeforeClient(entry) && passes(entry);
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

    /** Whether a newer event of its channel is known: further on in the same block, or in memory. */
    private boolean isConflated(LogEvent event, ColdReader reader) {
        if (reader.hasLaterInBlock(event)) {
            return true;
        }
        ChannelChain chain = log.chain(event.event().channel().name());
        Entry newest = chain == null ? null : log.get(chain.last());
        return newest != null && passes(newest);
    }

    private void tellGap(GapReason reason, byte[] to) {
        dispatcher.metrics().gap(reason);
        if (request.onGap() == OnGap.CLOSE) {
            // With the cursor before it, so that whoever wants to can come back and go on.
            session.end(this, Reason.GAP);
            return;
        }
        String from = new String(lastCursor, StandardCharsets.US_ASCII);
        lastCursor = to;
        session.control(this, new Control.Gap(reason, from, new String(to, StandardCharsets.US_ASCII)), to);
    }

    // ---- Both

    private boolean passes(LogEvent entry) {
        return unfiltered || request.filter().matches(entry.cloudEvent());
    }

    /** Whether the client has it already, from a replica that was ahead of this one. */
    private boolean isBeforeClient(LogEvent entry) {
        long[] has = ahead;
        return has != null && entry.partition() < has.length && entry.offset() < has[entry.partition()];
    }

    private void deliver(Entry entry) {
        byte[] cursor = cursorAfter(entry);
        write(entry, cursor);
        lastCursor = cursor;
    }

    private void write(LogEvent event, byte[] cursor) {
        session.event(this, event.body(bodySlot, request.format().body()), cursor);
        if (lease != null) {
            lease.delivered(event.partition(), event.offset());
        }
    }

    private byte[] cursorAfter(Entry entry) {
        if (ahead != null) {
            return cursorAt(entry.sequence() + 1);
        }
        if (standsInOnePartition(entry.chain())) {
            return entry.ownCursor(dispatcher.cursors(), partitionsAtStart);
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
                ? dispatcher.cursors().single(partitionsAtStart, home, frontier[home])
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
        if (cold != null) {
            return lastCursor;
        }
        long place = live ? dispatcher.next() : Math.min(position, dispatcher.next());
        if (place == dispatcher.next()) {
            lastCursor = cursorAt(place);
        } else {
            standAt(place);
        }
        return lastCursor;
    }

    /** @return whether the client knows this cursor already */
    boolean knows(byte[] cursor) {
        return Arrays.equals(told, cursor);
    }

    /** The client is sent this cursor. */
    void tell(byte[] cursor) {
        told = cursor;
    }

    /** What an operator sees of it. */
    SessionView.SubscriptionView view() {
        return new SessionView.SubscriptionView(
                request.name(),
                request.channels().stream().map(ChannelPattern::text).toList(),
                live,
                dispatcher.lag(cursor()));
    }

    void close() {
        closed = true;
        live = false;
        if (lease != null) {
            lease.release();
        }
        for (ChannelPattern pattern : request.channels()) {
            dispatcher.index().remove(pattern, this);
        }
    }
}
