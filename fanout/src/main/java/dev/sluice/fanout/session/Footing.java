package dev.sluice.fanout.session;

import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.fanout.cold.ColdBlock;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.cold.LogBounds;
import dev.sluice.fanout.cold.LogTimes;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.RecentLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a reader needs of Kafka something that is there: within what the log holds, and where its channel moved to another partition,
 * from about that time on. What it needs and is not there any more is a gap. Belongs to its session's loop.
 */
final class Footing {
    /** An edge may have given cursors of the old partition for a while after the channel had moved. */
    private static final Duration MOVED_MARGIN = Duration.ofMinutes(10);

    private final Needs needs;
    private final long[] at;
    private final RecentLog log;
    private final ColdLog cold;
    private final LogTimes times;
    private @Nullable GapReason gap;
    /** What the log holds, as long as something else is still to be asked; else null. */
    private @Nullable LogBounds bounds;

    private boolean found;

    /** @param gap what is known already; null when nothing is */
    Footing(Needs needs, RecentLog log, ColdLog cold, LogTimes times, @Nullable GapReason gap) {
        this.needs = needs;
        this.at = needs.at();
        this.log = log;
        this.cold = cold;
        this.times = times;
        this.gap = gap;
    }

    Needs needs() {
        return needs;
    }

    /** Whether each partition's place is known. */
    boolean isFound() {
        return found;
    }

    /** The log does not have what should be there: how much is missing, and why, its bounds tell for all partitions at once. */
    void lose() {
        found = false;
    }

    boolean hasGap() {
        return gap != null;
    }

    GapReason takeGap() {
        GapReason taken = Objects.requireNonNull(gap, "there is a gap");
        gap = null;
        return taken;
    }

    /**
     * Asks Kafka for what is not known yet.
     *
     * @return on any thread: what to do about it on the loop. After that it is found, or there is more to ask
     */
    CompletionStage<Runnable> ask() {
        LogBounds known = bounds;
        Needs.Move move = needs.move();
        if (known == null || move == null) {
            return cold.bounds(at.length).thenApply(answer -> () -> apply(answer));
        }
        int partition = firstByTime();
        return findByTime(partition, move, known).thenApply(offset -> () -> {
            at[partition] = offset;
            apply(known);
        });
    }

    private int firstByTime() {
        for (int i = 0; i < at.length; i++) {
            if (at[i] == Needs.BY_TIME) {
                return i;
            }
        }
        return -1;
    }

    private void apply(LogBounds holds) {
        if (needs.move() != null && firstByTime() >= 0) {
            bounds = holds;
            return;
        }
        for (int i = 0; i < at.length; i++) {
            if (needs.wanted()[i]) {
                apply(i, holds);
            }
        }
        bounds = null;
        found = true;
    }

    private void apply(int i, LogBounds holds) {
        long held = log.heldFrom(i);
        if (at[i] > holds.end()[i]) {
            at[i] = holds.end()[i];
            tell(GapReason.TRUNCATED);
        }
        long least = Math.min(Math.max(holds.begin()[i], holds.limit()[i]), held);
        if (at[i] < least) {
            tell(at[i] < holds.begin()[i] ? GapReason.EXPIRED : GapReason.REWIND_LIMIT);
            at[i] = least;
        }
    }

    private void tell(GapReason reason) {
        if (gap == null) {
            gap = reason;
        }
    }

    /** The channel's events in a later partition are younger than those that the client has of the old one, but for a margin. */
    private CompletionStage<Long> findByTime(int partition, Needs.Move move, LogBounds holds) {
        int from = move.partition();
        long last = at[from] - 1;
        // When nothing of what the client had is there any more, nothing tells its time: what is there now may be much
        // younger.
        return last < holds.begin()[from] || last >= holds.end()[from]
                ? CompletableFuture.completedStage(holds.begin()[partition])
                : cold.read(from, last)
                        .thenCompose(read -> read.events().isEmpty()
                                ? CompletableFuture.completedStage(holds.begin()[partition])
                                : times.offsetsAt(begin(read, last, partition, move), at.length)
                                        .thenApply(offsets -> offsets[partition])
                                        // From the begin on is right too, only longer.
                                        .exceptionally(away -> holds.begin()[partition]));
    }

    /**
     * Where the channel may have been before as well, what the client had there must not come again: it is older than what it had later in
     * the other partition, by more than the lease.
     */
    private static Instant begin(ColdBlock read, long last, int partition, Needs.Move move) {
        if (partition < move.count()) {
            for (int i = read.placeOf(last + 1) - 1; i >= 0; i--) {
                LogEvent event = read.events().get(i);
                if (event.event().channel().name().equals(move.channel())) {
                    return Instant.ofEpochMilli(event.timestamp()).minus(KafkaEvents.HOME_LEASE);
                }
            }
        }
        return time(read, last).minus(MOVED_MARGIN);
    }

    private static Instant time(ColdBlock read, long offset) {
        int place = Math.min(read.placeOf(offset), read.events().size() - 1);
        return Instant.ofEpochMilli(Math.min(
                read.events().get(place).timestamp(),
                read.events().get(Math.max(0, place - 1)).timestamp()));
    }
}
