package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.session.Places.Found;
import dev.sluice.fanout.session.StartResolver.Beginning;
import dev.sluice.fanout.session.StartResolver.Place;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the log. <em>Live</em>: its place is the head; it is handed each event once, as one of a cohort whose bytes are the same, or
 * alone where nobody else stands where it does. <em>Behind</em>: it reads by itself, as its socket drains (see {@link Reader}). It has no
 * queue. Belongs to its session's loop.
 */
final class Subscription {
    private final Session session;
    private final SubscriptionRequest request;
    private final Loop loop;
    private final Places places;
    private final SessionMetrics metrics;
    private final Bookmark bookmark;
    private final Seat seat;
    private final Voice voice;
    /** Of an acknowledged subscription; else null. */
    private final @Nullable Lease lease;

    private Reader reader = new Reader.Live(0);
    /** Null as long as it did not have to look for itself. */
    private @Nullable Interest interest;

    private long behindSince;
    private boolean closed;
    /** Its place in the cohort; the cohort's. */
    int slot;

    /** @param lease of an acknowledged one; else null */
    Subscription(
            Session session,
            Outbox outbox,
            SubscriptionRequest request,
            Loop loop,
            Places places,
            SessionMetrics metrics,
            @Nullable Lease lease) {
        this.session = session;
        this.request = request;
        this.loop = loop;
        this.places = places;
        this.metrics = metrics;
        this.lease = lease;
        this.bookmark = new Bookmark(request, loop);
        this.seat = new Seat(this, session, outbox.envelope(), bookmark, loop);
        this.voice = new Voice(this, session, outbox, bookmark, loop);
    }

    SubscriptionRequest request() {
        return request;
    }

    Interest interest() {
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

    /** Its hold on its name; null where it is not an acknowledged one. */
    @Nullable
    Lease lease() {
        return lease;
    }

    // ---- Its states

    /** Takes its place; what it reads from there on is up to {@link #read}. */
    void begin(Found found) {
        if (found.beginning() instanceof Beginning.InMemory memory) {
            reader = inMemory(memory.place());
        } else if (found.beginning() instanceof Beginning.InKafka kafka) {
            reader = inKafka(kafka.needs(), kafka.gap());
        }
        behindSince = System.nanoTime();
        bookmark.stand(found.from().getBytes(StandardCharsets.US_ASCII));
        goLive();
    }

    Reader inMemory(Place place) {
        bookmark.move(place);
        return place.sequence() >= loop.next()
                ? new Reader.Live(loop.next())
                : new Reader.InMemory(this, bookmark, loop, interest(), place.sequence());
    }

    /** What is next is not in memory: it goes on in Kafka, from where it stands by what the client was told last. */
    Reader inKafka() {
        return inKafka(places.needs(bookmark.parsed(), request), null);
    }

    private Reader inKafka(Needs needs, @Nullable GapReason gap) {
        bookmark.move(needs);
        ColdReader scan = places.reader(needs, gap, loop.executor(), session::drained);
        return new Reader.InKafka(this, bookmark, loop, places, interest(), scan);
    }

    /** Joins those who are handed events, if it has read all that there is. */
    private void goLive() {
        if (reader instanceof Reader.Live live) {
            seat.take(live.next());
        }
    }

    /** Whether what it is sent, or when, is its own affair. */
    boolean isAlone() {
        return bookmark.isAhead() || lease != null;
    }

    /** Its frames name it from now on, or do so no more. */
    void rename() {
        seat.rename();
    }

    /** Nothing tells it from others any more, as long as it is what it was then. */
    void rejoin(Alone then) {
        if (seat.isOf(then)) {
            seat.leave();
            reader = new Reader.Live(loop.next());
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
            seat.leave();
            reader = new Reader.InMemory(this, bookmark, loop, interest(), from);
            behindSince = System.nanoTime();
            bookmark.stand(stands);
            metrics.fellBehind();
        }
    }

    /** With others: the frames of the events that follow where it stands. @return whether it has them now */
    boolean take(ByteBuf run, long sum, byte[] cursor) {
        boolean taken = session.take(run, sum);
        if (taken) {
            bookmark.tell(cursor);
        }
        return taken;
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
        if (!closed && isLive()) {
            goLive();
        } else if (!closed) {
            reader.rest();
        }
        return false;
    }

    boolean canTake() {
        return !isPaused() && session.hasRoom();
    }

    /** @return false when it can't say where it would stand after that: it goes on in Kafka, from where it stands */
    boolean deliver(Entry entry) {
        byte[] cursor = bookmark.after(entry);
        if (cursor == null) {
            return false;
        }
        deliver(entry, cursor);
        return true;
    }

    void deliver(LogEvent event, byte[] cursor) {
        voice.event(event, cursor);
        if (lease != null) {
            lease.delivered(event.partition(), event.offset());
        }
    }

    void tellGap(GapReason reason, byte[] to) {
        metrics.gap(reason);
        voice.gap(reason, to);
    }

    // ---- Where it stands

    /**
     * Where it stands now, also if nothing was delivered for long. Who is behind, and whose place has left memory, stands where
     * it was last told until it is told of the gap.
     */
    byte[] cursor() {
        byte[] shared = seat.cursor();
        if (shared != null) {
            return shared;
        }
        if (reader instanceof Reader.Live) {
            bookmark.stand(bookmark.atHead());
        } else if (reader instanceof Reader.InMemory) {
            reader.rest();
        }
        return bookmark.cursor();
    }

    /** The client is sent this cursor. */
    void tell(byte[] cursor) {
        bookmark.tell(cursor);
    }

    /** Tells it something, and with that where it stands. */
    void say(Control control) {
        voice.say(control, cursor());
    }

    void beat() {
        voice.beat(cursor());
    }

    /** What an operator sees of it. */
    SessionView.SubscriptionView view() {
        return new SessionView.SubscriptionView(
                request.name(),
                request.channels().stream().map(ChannelPattern::text).toList(),
                isLive(),
                bookmark.lag(cursor()));
    }

    void close() {
        if (isLive()) {
            seat.leave();
        }
        closed = true;
        if (lease != null) {
            lease.release();
        }
    }
}
