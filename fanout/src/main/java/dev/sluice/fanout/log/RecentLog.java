package dev.sluice.fanout.log;

import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.KafkaEvents;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The recent part of the log in memory: a ring in the order in which this replica read it, one local sequence over all
 * partitions. A position is one number; what is needed to find it from offsets, and back, is kept beside it.
 *
 * <p>One thread appends, evicts and publishes (the tail's); all others read, without locks but for the few steps of a
 * binary search. A reader that is too slow finds its event gone ({@link #get} is null), never another one in its place.
 */
public final class RecentLog {
    /** A reader that needs the frontier at a place rolls at most this many events forward. */
    private static final int CHECKPOINT_EVERY = 64;

    private final RecentLogLimits limits;
    private final int formats;
    private final AtomicReferenceArray<@Nullable Entry> ring;
    private final AtomicReferenceArray<long @Nullable []> checkpoints;
    private final int mask;
    private final ConcurrentMap<String, ChannelChain> chains = new ConcurrentHashMap<>();

    private final long[] begin;
    private volatile PartitionWindow[] windows;
    private volatile Head head;
    private volatile Head floor;
    /** Everything before it has left memory or is about to; written by the tail before it takes anything away. */
    private volatile long first;

    // The tail's own, ahead of what is published.
    private long next;
    private long[] frontier;
    private long[] start;
    private long bytes;
    /** What readers have added to the events in memory: bodies, cursors, views. */
    private final AtomicLong grown = new AtomicLong();

    private final Clock clock;

    /** With the clock of the machine. */
    public RecentLog(RecentLogLimits limits, long[] frontier, int formats) {
        this(limits, frontier, formats, Clock.systemUTC());
    }

    /**
     * @param frontier for each partition the offset of the first record that will be appended
     * @param formats how many body formats the engine knows
     */
    RecentLog(RecentLogLimits limits, long[] frontier, int formats, Clock clock) {
        this.clock = clock;
        this.limits = limits;
        this.formats = formats;
        int slots = limits.slots();
        this.mask = slots - 1;
        this.ring = new AtomicReferenceArray<>(slots);
        this.checkpoints = new AtomicReferenceArray<>(Math.max(1, slots / CHECKPOINT_EVERY));
        this.begin = frontier.clone();
        this.frontier = frontier.clone();
        this.start = frontier.clone();
        this.windows = new PartitionWindow[frontier.length];
        Arrays.setAll(windows, i -> new PartitionWindow(frontier[i]));
        this.head = new Head(0, frontier.clone());
        this.floor = new Head(0, frontier.clone());
    }

    // ---- The tail's side

    /** Takes one event of the log; readers see it after {@link #publish}. */
    void append(int partition, long offset, long timestamp, Event event) {
        if (next - first > mask) {
            evictFirst();
        }
        if (next % CHECKPOINT_EVERY == 0) {
            checkpoints.setRelease(checkpointSlot(next), frontier.clone());
        }
        ChannelChain chain = chains.computeIfAbsent(event.channel().name(), name -> new ChannelChain());
        // A producer's clock may run ahead: by that time nothing here is old, and it would never be old itself.
        long since = Math.min(timestamp, clock.millis());
        var entry = new Entry(event, partition, offset, timestamp, next, chain, formats, since, grown);
        ring.setRelease((int) (next & mask), entry);
        Entry previous = get(entry.previousInChannel());
        if (previous != null) {
            previous.linkNext(next);
        }
        chain.append(next, partition, home(event.channel().name(), frontier.length));
        windows[partition].append(offset, next);
        frontier[partition] = offset + 1;
        bytes += LogEvent.bare(event);
        next++;
        evictBeyond(since);
    }

    /** The offset with which memory began; zero for partitions that were added. */
    long begin(int partition) {
        return partition < begin.length ? begin[partition] : 0;
    }

    /** Moves past records that are no events for us. */
    void skipTo(int partition, long nextOffset) {
        if (nextOffset > frontier[partition]) {
            frontier[partition] = nextOffset;
        }
    }

    /** Partitions were added; each begins at offset 0. */
    void addPartitions(int count) {
        PartitionWindow[] more = Arrays.copyOf(windows, count);
        for (int i = windows.length; i < count; i++) {
            more[i] = new PartitionWindow(0);
        }
        windows = more;
        frontier = Arrays.copyOf(frontier, count);
        start = Arrays.copyOf(start, count);
    }

    /**
     * Keeps the bound where nothing is appended: what readers add counts too.
     *
     * @return whether something has left, which {@link #publish} tells
     */
    boolean trim() {
        long before = first;
        while (first < next - 1 && bytes() > limits.bytes()) {
            evictFirst();
        }
        return first != before;
    }

    /** What is held, roughly; the tail's own number with what readers have added. */
    long bytes() {
        return bytes + grown.get();
    }

    /** Lets readers see what was appended. */
    void publish() {
        // The floor first: who sees the new head must not look for what has gone.
        floor = new Head(first, start.clone());
        head = new Head(next, frontier.clone());
    }

    private void evictBeyond(long now) {
        long oldest = now - limits.age().toMillis();
        while (first < next - 1) {
            Entry entry = get(first);
            if (entry == null || (bytes() <= limits.bytes() && entry.since() >= oldest)) {
                return;
            }
            evictFirst();
        }
    }

    private void evictFirst() {
        int slot = (int) (first & mask);
        Entry entry = ring.get(slot);
        first = first + 1;
        if (entry != null) {
            ring.setRelease(slot, null);
            windows[entry.partition()].evictFirst();
            start[entry.partition()] = entry.offset() + 1;
            bytes -= LogEvent.bare(entry.event());
            entry.leaves();
            if (entry.chain().evictOne()) {
                chains.remove(entry.event().channel().name(), entry.chain());
            }
        }
    }

    // ---- The readers' side

    /** How far the log was read. */
    public Head head() {
        return head;
    }

    /** From where on memory holds every event: the first sequence, and for each partition the first offset. */
    public Head floor() {
        return floor;
    }

    /** The event with this sequence, or null when it has left memory or is not there yet. */
    public @Nullable Entry get(long sequence) {
        if (sequence < 0) {
            return null;
        }
        Entry entry = ring.getAcquire((int) (sequence & mask));
        return entry != null && entry.sequence() == sequence ? entry : null;
    }

    /** The sequence of the first event of the partition at or after the offset, or -1 when memory has none. */
    public long sequenceAt(int partition, long offset) {
        return windows[partition].sequenceAt(offset);
    }

    /** The events of a channel, or null when memory has none. */
    public @Nullable ChannelChain chain(String channel) {
        return chains.get(channel);
    }

    /** The sequence of the first event of a channel at or after a sequence, or -1 when memory has none. */
    public long firstOfChannel(String channel, long from) {
        ChannelChain chain = chain(channel);
        long found = Entry.NONE;
        if (chain != null) {
            for (Entry entry = get(chain.last());
                    entry != null && entry.sequence() >= from;
                    entry = get(entry.previousInChannel())) {
                found = entry.sequence();
            }
        }
        return found;
    }

    /** Whether memory holds all that there ever was. */
    public boolean isWhole() {
        for (int i = 0; i < windows.length; i++) {
            if (windows[i].heldFrom() > 0) {
                return false;
            }
        }
        return true;
    }

    /** From where on memory holds every event right now, the tail's unpublished work included. */
    public long first() {
        return first;
    }

    /**
     * The offset from where on memory holds every event of the partition right now, the tail's unpublished work included. Who
     * asks after {@link #sequenceAt} knows whether what it was answered was the first there ever was.
     */
    public long heldFrom(int partition) {
        return windows[partition].heldFrom();
    }

    /**
     * For each partition the next offset of a reader that has read everything before the sequence.
     *
     * @return null when something from there on has left memory, maybe just now: nobody here knows then
     */
    public long @Nullable [] frontierAt(long sequence) {
        long[] found = frontierBefore(sequence);
        // Asked after that, because the tail evicts all the while.
        return first > sequence ? null : found;
    }

    private long[] frontierBefore(long sequence) {
        Head now = head;
        if (sequence >= now.next()) {
            return now.frontier().clone();
        }
        long from = sequence - sequence % CHECKPOINT_EVERY;
        long[] checkpoint = checkpoints.getAcquire(checkpointSlot(from));
        // An event leaves the ring before its checkpoint is overwritten, so one that is there vouches for it.
        if (checkpoint == null || get(from) == null) {
            return frontierBelow(sequence, now);
        }
        long[] result = Arrays.copyOf(checkpoint, now.partitions());
        for (long i = from; i < sequence; i++) {
            Entry entry = get(i);
            if (entry == null) {
                return frontierBelow(sequence, now);
            }
            result[entry.partition()] = entry.offset() + 1;
        }
        return result;
    }

    /** Where what came before has left memory: each partition stands before the first event that is still to be read. */
    private long[] frontierBelow(long sequence, Head now) {
        long[] result = now.frontier().clone();
        for (int i = 0; i < result.length; i++) {
            long offset = windows[i].offsetAt(sequence);
            result[i] = offset < 0 ? result[i] : offset;
        }
        return result;
    }

    /** See {@link KafkaEvents#home}. */
    public static int home(String channel, int partitions) {
        return KafkaEvents.home(channel, partitions);
    }

    /** How many events are in memory. */
    public long events() {
        return head.next() - floor.next();
    }

    private int checkpointSlot(long sequence) {
        return (int) ((sequence / CHECKPOINT_EVERY) & (checkpoints.length() - 1));
    }
}
