package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.session.Standing.Lead;
import dev.sluice.fanout.session.StartResolver.Beginning;
import dev.sluice.fanout.session.StartResolver.Place;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the log. <em>Live</em>: its place is the head; it is handed each event once, as one of a cohort whose bytes are the same, or
 * alone where nobody else stands where it does. <em>Behind</em>: it reads by itself, as its socket drains (see {@link Reader}). It has no
 * queue. Belongs to its session's loop.
 */
final class Subscription implements Audience {
    private static final byte[] NO_CURSOR = {};

    private final Session session;
    private final SubscriptionRequest request;
    private final Loop loop;
    private final Standing standing;
    private final byte[] label;
    private final int bodySlot;
    /** Of an acknowledged subscription; else null. */
    private final @Nullable Lease lease;

    private Reader reader = new Reader.Live(0);
    /** Null as long as it did not have to look for itself. */
    private @Nullable Interest interest;

    /** By {@link System#nanoTime}, when it last was live no more. */
    private long behindSince;

    private boolean closed;
    /** What the client has from a replica that was ahead of this one, until this one is there too; else null. */
    private @Nullable Lead lead;
    /** Where it is live together with others; null where it is live alone, or behind. */
    private @Nullable Cohort cohort;

    /** Its place there; the cohort's. */
    int slot;

    /** Live alone: the last one that it was offered, since several of its patterns may match. */
    private long lastOffered = -1;
    /** Behind: where it stands. Live alone: after what it was delivered last. */
    private byte[] lastCursor = NO_CURSOR;
    /** The last one that the client was sent. */
    private byte[] told = NO_CURSOR;

    /** @param lease of an acknowledged one; else null */
    Subscription(Session session, SubscriptionRequest request, Loop loop, @Nullable Lease lease) {
        this.session = session;
        this.request = request;
        this.loop = loop;
        this.lease = lease;
        this.standing = new Standing(request, loop, loop.log().head().partitions(), false);
        this.label = request.format().label(request.name());
        this.bodySlot = loop.parts().slot(request.format().body());
    }

    SubscriptionRequest request() {
        return request;
    }

    private Interest interest() {
        Interest known = interest;
        if (known == null) {
            known = new Interest(request, loop);
            interest = known;
        }
        return known;
    }

    Session session() {
        return session;
    }

    byte[] label() {
        return label;
    }

    boolean isLive() {
        return !closed && reader instanceof Reader.Live;
    }

    /** By {@link System#nanoTime}, since when it has been behind; of one that is live, when it last was not. */
    long behindSince() {
        return behindSince;
    }

    /** Whether it can't go on before Kafka has answered, or the client has acknowledged something. */
    boolean isWaiting() {
        return isPaused() || reader.isWaiting();
    }

    /** Whether as much as may be is unacknowledged. */
    boolean isPaused() {
        return lease != null && lease.isFull();
    }

    boolean isHeldBy(Lease other) {
        return lease == other;
    }

    // ---- Its states

    /**
     * Takes its place; what it reads from there on is up to {@link #read}.
     *
     * @param from the cursor that the client came with; empty when it came without
     */
    void begin(Beginning beginning, String from) {
        if (beginning instanceof Beginning.InMemory memory) {
            reader = inMemory(memory.place());
        } else if (beginning instanceof Beginning.InKafka kafka) {
            reader = inKafka(kafka.needs(), kafka.gap());
        }
        behindSince = System.nanoTime();
        lastCursor = from.isEmpty() ? cursor() : from.getBytes(StandardCharsets.US_ASCII);
        goLive();
    }

    Reader inMemory(Place place) {
        lead = place.ahead() == null ? null : new Lead(place.ahead());
        standing.spread(place.spread());
        return place.sequence() >= loop.next()
                ? new Reader.Live(loop.next())
                : new Reader.InMemory(this, loop, interest(), place.sequence());
    }

    /** What is next is not in memory: it goes on in Kafka, from where it stands by what the client was told last. */
    Reader inKafka() {
        try {
            Cursor stands = Cursor.parse("cursor", new String(lastCursor, StandardCharsets.US_ASCII));
            return inKafka(loop.parts().starts().needs(stands, request), null);
        } catch (Rejected bug) {
            throw new IllegalStateException("a cursor of our own can't be read", bug);
        }
    }

    private Reader inKafka(Needs needs, @Nullable GapReason gap) {
        lead = null;
        standing.spread(needs.isSpread());
        return new Reader.InKafka(this, loop, interest(), loop.coldReader(session, needs, gap));
    }

    /** Joins those who are handed events, if it has read all that there is. */
    private void goLive() {
        if (reader instanceof Reader.Live live) {
            lastOffered = live.next() - 1;
            if (lead == null && lease == null) {
                cohort = loop.cohorts().join(this, cohortKey());
            } else {
                loop.cohorts().add(this);
            }
        }
    }

    private Cohort.Key cohortKey() {
        return new Cohort.Key(
                request.channels(),
                request.filter(),
                request.format(),
                frameName(),
                session.envelope(),
                standing.isSpread(),
                standing.partitions());
    }

    private String frameName() {
        return session.names(this) ? request.name() : "";
    }

    private void leaveLive() {
        if (cohort != null) {
            standing.spread(cohort.isSpread());
            loop.cohorts().leave(cohort, this);
            cohort = null;
        } else {
            loop.cohorts().remove(this);
        }
    }

    /** Its frames name it from now on, or do so no more: its bytes are others than those of who it is together with. */
    void rename() {
        if (cohort != null && !cohort.key().name().equals(frameName())) {
            leaveLive();
            goLive();
        }
    }

    /**
     * It was live, and can't take what follows now.
     *
     * @param from the first event that it does not have
     * @param stands where it stands before that
     */
    void fallBehind(long from, byte[] stands) {
        if (isLive()) {
            leaveLive();
            reader = new Reader.InMemory(this, loop, interest(), from);
            behindSince = System.nanoTime();
            lastCursor = stands;
            loop.parts().metrics().fellBehind();
        }
    }

    // ---- Live

    /** With others: the frames of the events that follow where it stands. @return whether it has them now */
    boolean take(ByteBuf run, long sum, byte[] cursor) {
        boolean taken = session.take(run, sum);
        if (taken) {
            told = cursor;
        }
        return taken;
    }

    /** Alone. */
    @Override
    public void offer(Entry entry) {
        if (entry.sequence() <= lastOffered) {
            return;
        }
        lastOffered = entry.sequence();
        try {
            if (!isNew(entry) || !interest().passes(entry)) {
                return;
            }
            if (canTake()) {
                deliver(entry);
                loop.handed(1);
                if (lead == null && lease == null) {
                    // Nothing tells it from others any more. Not now: this may be in the middle of handing out.
                    loop.later(this::rejoin);
                }
            } else {
                fallBehind(entry.sequence(), cursorAt(entry.sequence()));
            }
        } catch (Throwable failure) {
            // It does not have this one, and where it stands says so.
            fallBehind(entry.sequence(), lastCursor);
            session.fail(failure);
        }
    }

    private void rejoin() {
        if (isLive() && cohort == null) {
            leaveLive();
            reader = new Reader.Live(loop.next());
            goLive();
        }
    }

    /** The loop could not hand out what follows, or it has left memory: who is live alone reads on from what it has. */
    void missed(long from) {
        if (isLive() && cohort == null) {
            fallBehind(Math.max(from, lastOffered + 1), lastCursor);
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
        if (closed || isLive()) {
            return false;
        }
        if (loop.isHandingOut()) {
            // Who joined others now would not know which of the events they have already.
            return true;
        }
        int left = budget;
        while (!closed && !isLive() && canTake()) {
            if (left-- == 0) {
                reader.rest();
                return true;
            }
            Reader next = reader.step();
            if (closed) {
                return false;
            }
            reader = next;
            if (next.isWaiting()) {
                break;
            }
        }
        if (!closed) {
            if (isLive()) {
                goLive();
            } else {
                reader.rest();
            }
        }
        return false;
    }

    private boolean canTake() {
        return !isPaused() && session.hasRoom();
    }

    /** Whether the client does not have it from another replica. */
    boolean isNew(LogEvent event) {
        return lead == null || !lead.covers(event);
    }

    void deliver(Entry entry) {
        deliver(entry, lead == null ? standing.after(entry) : cursorAt(entry.sequence() + 1));
    }

    void deliver(LogEvent event, byte[] cursor) {
        session.event(this, event.body(bodySlot, request.format().body()), cursor);
        if (lease != null) {
            lease.delivered(event.partition(), event.offset());
        }
        lastCursor = cursor;
    }

    void tellGap(GapReason reason, byte[] to) {
        loop.parts().metrics().gap(reason);
        if (request.onGap() == OnGap.CLOSE) {
            // With the cursor before it, so that whoever wants to can come back and go on.
            session.end(this, Reason.GAP);
            return;
        }
        String from = new String(lastCursor, StandardCharsets.US_ASCII);
        lastCursor = to;
        session.control(this, new Control.Gap(reason, from, new String(to, StandardCharsets.US_ASCII)), to);
    }

    // ---- Where it stands

    /** Of who has read everything before the sequence. */
    byte[] cursorAt(long sequence) {
        long[] frontier = loop.frontierAt(sequence);
        Lead has = lead;
        if (has == null) {
            return standing.at(frontier);
        }
        if (has.isMadeUp(frontier)) {
            lead = null;
            return standing.at(frontier);
        }
        return standing.at(has.with(frontier));
    }

    byte[] cursorAtOffsets(long[] offsets) {
        return standing.atOffsets(offsets);
    }

    /** It has read everything before this. */
    void stand(byte[] cursor) {
        lastCursor = cursor;
    }

    /**
     * Where it stands now, also if nothing was delivered for long. Who is behind, and whose place has left memory, stands where
     * it was last told until it is told of the gap.
     */
    byte[] cursor() {
        if (cohort != null) {
            return cohort.cursor(told);
        }
        if (reader instanceof Reader.Live) {
            lastCursor = cursorAt(loop.next());
        } else if (reader instanceof Reader.InMemory) {
            reader.rest();
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
                isLive(),
                loop.lag(cursor()));
    }

    void close() {
        if (isLive()) {
            leaveLive();
        }
        closed = true;
        if (lease != null) {
            lease.release();
        }
    }
}
