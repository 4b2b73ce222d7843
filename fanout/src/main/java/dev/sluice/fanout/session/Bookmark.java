package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.session.Standing.Lead;
import dev.sluice.fanout.session.StartResolver.Place;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where one reader stands, and what its client knows of that. Belongs to its session's loop. */
final class Bookmark {
    private final Loop loop;
    private final Standing standing;
    /** What the client has from a replica that was ahead of this one, until this one is there too; else null. */
    private @Nullable Lead lead;
    /** Behind: where it stands. Live alone: after what it was delivered last. */
    private byte[] cursor = {};
    /** The last one that the client was sent. */
    private byte[] told = {};

    Bookmark(SubscriptionRequest request, Loop loop) {
        this.loop = loop;
        this.standing = new Standing(request, loop, loop.log().head().partitions(), false);
    }

    /** It goes on from a place in memory. */
    void move(Place place) {
        lead = place.ahead() == null ? null : new Lead(place.ahead());
        standing.spread(place.spread());
    }

    /** It goes on in Kafka. */
    void move(Needs needs) {
        lead = null;
        standing.spread(needs.isSpread());
    }

    /** Whether its client is ahead of this replica, which nobody else's is in the same way. */
    boolean isAhead() {
        return lead != null;
    }

    /** Whether the client does not have it from another replica. */
    boolean isNew(LogEvent event) {
        return lead == null || !lead.covers(event);
    }

    /** What it is told right after the event; null when what follows it has left memory, so that nobody here knows. */
    byte @Nullable [] after(Entry entry) {
        return lead == null ? standing.after(entry) : at(entry.sequence() + 1);
    }

    /** Of who has read everything before the sequence; null when something from there on has left memory. */
    byte @Nullable [] at(long sequence) {
        long[] frontier = loop.frontierAt(sequence);
        return frontier == null ? null : of(frontier);
    }

    /** Of who has read everything that the loop has handed out. */
    byte[] atHead() {
        return of(loop.frontier());
    }

    private byte[] of(long[] frontier) {
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

    byte[] atOffsets(long[] offsets) {
        return standing.atOffsets(offsets);
    }

    /** It has read everything before this. */
    void stand(byte[] there) {
        cursor = there;
    }

    byte[] cursor() {
        return cursor;
    }

    Cursor parsed() {
        return parsed(cursor);
    }

    private static Cursor parsed(byte[] ours) {
        try {
            return Cursor.parse("cursor", new String(ours, StandardCharsets.US_ASCII));
        } catch (Rejected bug) {
            throw new IllegalStateException("a cursor of our own can't be read", bug);
        }
    }

    /** How many records its loop has handed out that who stands at the cursor has not read. */
    long lag(byte[] there) {
        Cursor position = parsed(there);
        long[] head = loop.frontier();
        long lag = 0;
        for (int i = 0; i < position.size(); i++) {
            int partition = position.partition(i);
            lag += partition < head.length ? Math.max(0, head[partition] - position.offset(i)) : 0;
        }
        return lag;
    }

    String text() {
        return new String(cursor, StandardCharsets.US_ASCII);
    }

    /** The client is sent this cursor. */
    void tell(byte[] sent) {
        told = sent;
    }

    byte[] told() {
        return told;
    }

    /** Whether the client knows this cursor already. */
    boolean knows(byte[] there) {
        return Arrays.equals(told, there);
    }

    Standing standing() {
        return standing;
    }
}
