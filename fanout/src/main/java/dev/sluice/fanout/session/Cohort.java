package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.log.Entry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The live subscriptions of a loop whose bytes are the same. An event is filtered and framed once for all of them, into a <em>run</em>;
 * at the end of the loop's batch each gets the run, or falls behind at its first event. Belongs to its loop.
 */
final class Cohort implements Audience {
    /** A run of so many bytes goes out before more is read of the log. */
    private static final int FULL = 32 * 1024;

    private static final int FIRST_BYTES = 512;
    private static final Logger LOG = Logger.getLogger(Cohort.class);

    private final Key key;
    private final Loop loop;
    private final Interest interest;
    private final Standing standing;
    private final byte[] label;
    private final int bodySlot;

    /** Null where one has left while the run is handed out. */
    private @Nullable Subscription[] members = new Subscription[1];

    private int places;
    private int size;
    private boolean handingOut;

    private long lastOffered = -1;
    private @Nullable ByteBuf run;
    private int events;
    private long first;
    private byte[] last = {};

    private byte[] cursor = {};
    private long cursorAt = -1;
    private long[] cursorOf = {};

    /**
     * All that decides what a live reader is sent.
     *
     * @param name what its frames call it; empty where they don't
     * @param spread whether one partition's offset does not say where it stands
     * @param partitions how many there were when it began
     */
    record Key(
            List<ChannelPattern> channels,
            EventFilter filter,
            FrameFormat format,
            String name,
            Envelope envelope,
            boolean spread,
            int partitions) {}

    /** @param request of any of its members */
    Cohort(Key key, SubscriptionRequest request, Loop loop) {
        this.key = key;
        this.loop = loop;
        this.interest = new Interest(request, loop);
        this.standing = new Standing(request, loop, key.partitions(), key.spread());
        this.label = key.name().isEmpty() ? new byte[0] : key.format().label(key.name());
        this.bodySlot = loop.slot(key.format().body());
    }

    Key key() {
        return key;
    }

    boolean isSpread() {
        return standing.isSpread();
    }

    boolean isEmpty() {
        return size == 0;
    }

    // ---- Its members

    void join(Subscription member) {
        if (places == members.length) {
            members = Arrays.copyOf(members, 2 * places);
        }
        member.slot = places;
        members[places++] = member;
        size++;
    }

    void leave(Subscription member) {
        size--;
        members[member.slot] = null;
        if (!handingOut) {
            fill(member.slot);
        }
    }

    private void fill(int hole) {
        Subscription moved = members[--places];
        members[places] = null;
        if (hole < places && moved != null) {
            members[hole] = moved;
            moved.slot = hole;
        }
        if (places < members.length / 4) {
            members = Arrays.copyOf(members, members.length / 2);
        }
    }

    // ---- The run

    @Override
    public void offer(Entry entry) {
        if (entry.sequence() <= lastOffered) {
            return;
        }
        lastOffered = entry.sequence();
        try {
            if (interest.passes(entry)) {
                append(entry);
                loop.handed(size);
            }
        } catch (Throwable failure) {
            LOG.errorf(failure, "An event could not be framed for %d readers; each reads it by itself", size);
            long from = run != null && events > 0 ? first : entry.sequence();
            drop();
            disperse(from, loop.before());
        }
    }

    private void append(Entry entry) {
        byte[] body = entry.body(bodySlot, key.format().body());
        byte[] stands = Objects.requireNonNull(standing.after(entry), "nothing was handed out after it");
        ByteBuf out = run;
        if (out == null) {
            out = PooledByteBufAllocator.DEFAULT.directBuffer(body.length + FIRST_BYTES);
            run = out;
            events = 0;
            first = entry.sequence();
            key.envelope().begin(out);
            loop.cohorts().touched(this);
        } else if (out.writableBytes() < body.length + FIRST_BYTES) {
            // Netty would double it, and copy what it holds, six times until it is full.
            out.ensureWritable(Math.max(body.length + FIRST_BYTES, Math.min(3 * out.capacity(), FULL)));
        }
        key.format().event(out, label, body, stands);
        events++;
        last = stands;
        if (out.readableBytes() >= FULL) {
            loop.cohorts().full();
        }
    }

    /**
     * Gives the run to each member.
     *
     * @param before the frontier before its first event
     */
    void handOut(long[] before) {
        ByteBuf out = run;
        if (out == null) {
            return;
        }
        run = null;
        int taken = 0;
        long sum;
        try {
            sum = key.envelope().end(out);
        } catch (Throwable failure) {
            LOG.errorf(failure, "Frames could not be closed for %d readers; each reads them by itself", size);
            out.release();
            disperse(first, before);
            return;
        }
        handingOut = true;
        try {
            // From the end, because some may leave meanwhile.
            for (int i = places - 1; i >= 0; i--) {
                Subscription member = members[i];
                if (member != null && give(member, out, sum, before)) {
                    taken++;
                }
            }
        } finally {
            loop.delivered((long) taken * events, (long) taken * out.readableBytes());
            out.release();
            handingOut = false;
            for (int i = places - 1; i >= 0 && size < places; i--) {
                if (members[i] == null) {
                    fill(i);
                }
            }
        }
    }

    private boolean give(Subscription member, ByteBuf out, long sum, long[] before) {
        try {
            if (member.take(out, sum, last)) {
                return true;
            }
            member.fallBehind(first, standing.at(before));
        } catch (Throwable failure) {
            // It does not have these, and where it stands says so.
            member.fallBehind(first, standing.at(before));
            member.session().fail(failure);
        }
        return false;
    }

    private void drop() {
        ByteBuf out = run;
        run = null;
        if (out != null) {
            out.release();
        }
    }

    /** Its members read by themselves from there on, or from what comes after what they have. */
    void missed(long from) {
        long next = Math.max(from, lastOffered + 1);
        disperse(next, Objects.requireNonNull(loop.frontierAt(next), "it is handed out just now, or comes next"));
    }

    /** @param before a frontier from which on none of them has anything */
    private void disperse(long from, long[] before) {
        byte[] stands = standing.at(before);
        for (int i = places - 1; i >= 0; i--) {
            Subscription member = members[i];
            if (member != null) {
                disperse(member, from, stands);
            }
        }
    }

    private void disperse(Subscription member, long from, byte[] stands) {
        try {
            member.fallBehind(from, stands);
            loop.later(member.session()::drained);
        } catch (Throwable failure) {
            // The others have not heard yet.
            member.session().fail(failure);
        }
    }

    /** Where one of its members stands, which was told this last. */
    byte[] cursor(byte[] told) {
        if (loop.isHandingOut()) {
            return told == last ? told : standing.at(loop.before());
        }
        long[] frontier = loop.frontier();
        if (cursorAt != loop.next() || cursorOf != frontier) {
            cursor = standing.at(frontier);
            cursorAt = loop.next();
            cursorOf = frontier;
        }
        return cursor;
    }
}
