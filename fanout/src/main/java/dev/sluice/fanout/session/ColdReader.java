package dev.sluice.fanout.session;

import dev.sluice.fanout.cold.ColdBlock;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.RecentLog;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads forward in what has left memory, up to where memory begins. Its place is an offset a partition; it holds on to one block at
 * most, and to none between two turns, so that who does not read costs nothing.
 *
 * <p>It goes by slices of the log's time: of each partition what belongs to the slice, then the next slice. A channel that moved to
 * another partition is so read in the old one first, since the publisher lets some seconds pass between the two. Belongs to its
 * session's loop.
 */
final class ColdReader {
    private static final long SLICE_MILLIS = 1_000;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final Footing footing;
    private final ColdLog cold;
    private final RecentLog log;
    private final Executor loop;
    private final Runnable wake;
    private final Needs needs;
    private final long[] at;
    /** For each partition a time before which it has nothing more. */
    private final long[] quietUntil;

    /** Why what it waited for will not come; else null. */
    private @Nullable Throwable lost;

    private boolean waiting;
    private long sliceEnd = UNKNOWN;
    private int turn;
    private @Nullable ColdBlock block;
    private int place;
    private @Nullable LogEvent current;

    /** What a step came to. */
    enum Step {
        /** {@link #event()} is the next. */
        EVENT,
        /** Kafka was asked; the subscription is woken when it has answered. */
        WAITING,
        /** {@link #takeGap()} says why what came before can't be delivered. */
        GAP,
        /** Memory holds the rest. */
        MEMORY
    }

    /** @param wake is run on the loop when there is more to do */
    ColdReader(Footing footing, ColdLog cold, RecentLog log, Executor loop, Runnable wake) {
        this.footing = footing;
        this.cold = cold;
        this.log = log;
        this.loop = loop;
        this.wake = wake;
        this.needs = footing.needs();
        this.at = needs.at();
        this.quietUntil = new long[at.length];
        Arrays.fill(quietUntil, UNKNOWN);
        this.turn = at.length;
    }

    boolean isWaiting() {
        return waiting;
    }

    /** Whether each partition's place is known, and no gap lies before it that was not told yet: then there is a cursor. */
    boolean hasPlace() {
        return footing.isFound() && !footing.hasGap();
    }

    Needs needs() {
        return needs;
    }

    LogEvent event() {
        return Objects.requireNonNull(current, "the last step was an event");
    }

    GapReason takeGap() {
        return footing.takeGap();
    }

    /** Lets go of what others may need the memory for. */
    void rest() {
        block = null;
        current = null;
    }

    /** Throws when what is next can't be read at all. */
    Step step() {
        if (lost != null) {
            throw new IllegalStateException("the log can't be read on", lost);
        }
        if (waiting) {
            return Step.WAITING;
        }
        if (!footing.isFound()) {
            await(footing.ask(), Runnable::run);
            return waiting ? Step.WAITING : step();
        }
        if (footing.hasGap()) {
            return Step.GAP;
        }
        while (turn < at.length || nextSlice()) {
            if (isDone(turn) || quietUntil[turn] >= sliceEnd) {
                nextPartition();
            } else if (block == null) {
                Step missing = fetch();
                if (missing != null) {
                    return missing;
                }
            } else if (advance(block)) {
                return Step.EVENT;
            }
        }
        return Step.MEMORY;
    }

    private boolean isDone(int partition) {
        return !needs.wanted()[partition] || at[partition] >= log.heldFrom(partition);
    }

    private void nextPartition() {
        block = null;
        turn++;
    }

    /** @return false when memory has everything that follows */
    private boolean nextSlice() {
        long earliest = Long.MAX_VALUE;
        boolean more = false;
        for (int i = 0; i < at.length; i++) {
            if (!isDone(i)) {
                more = true;
                earliest = Math.min(earliest, quietUntil[i]);
            }
        }
        // The first round only learns where each partition stands.
        sliceEnd = earliest == UNKNOWN ? UNKNOWN + 1 : earliest - Math.floorMod(earliest, SLICE_MILLIS) + SLICE_MILLIS;
        turn = 0;
        return more;
    }

    /** @return null when the block of this turn's partition is at hand now */
    private @Nullable Step fetch() {
        int partition = turn;
        ColdBlock there = cold.cached(partition, at[partition]);
        if (there != null) {
            take(there);
            return null;
        }
        for (int i = partition + 1; i < at.length; i++) {
            if (!isDone(i) && quietUntil[i] < sliceEnd && cold.cached(i, at[i]) == null) {
                // Its answer goes to the cache, where this reader will find it in its turn.
                var unused = cold.read(i, at[i]);
            }
        }
        await(cold.read(partition, at[partition]), read -> {
            if (turn == partition) {
                take(read);
            }
        });
        return waiting ? Step.WAITING : footing.isFound() ? null : step();
    }

    private void take(ColdBlock read) {
        long from = at[turn];
        if (read.from() > from || read.next() == read.from()) {
            footing.lose();
        } else if (read.next() > from) {
            block = read;
            place = read.placeOf(from);
        }
        // Else it ended early, before what is needed; it is asked for again.
    }

    /** @return whether there was an event for this slice */
    private boolean advance(ColdBlock from) {
        int partition = turn;
        if (place == from.events().size()) {
            at[partition] = Math.max(at[partition], from.next());
            block = null;
            return false;
        }
        LogEvent event = from.events().get(place);
        long held = log.heldFrom(partition);
        if (event.offset() >= held) {
            at[partition] = held;
            return false;
        }
        if (event.timestamp() >= sliceEnd) {
            at[partition] = event.offset();
            quietUntil[partition] = event.timestamp();
            return false;
        }
        at[partition] = event.offset() + 1;
        place++;
        current = event;
        return true;
    }

    /** Whether a later event in the block at hand is also of this channel. */
    boolean hasLaterInBlock(LogEvent event) {
        ColdBlock here = block;
        if (here == null) {
            return false;
        }
        for (int i = place; i < here.events().size(); i++) {
            if (here.events().get(i).event().channel().equals(event.event().channel())) {
                return true;
            }
        }
        return false;
    }

    // ---- Waiting

    /** Goes on at once when the answer is there, else on the loop when it comes. */
    private <T> void await(CompletionStage<T> answer, Consumer<T> then) {
        CompletableFuture<T> future = answer.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.join());
            return;
        }
        waiting = true;
        future.whenComplete((value, failure) -> loop.execute(() -> {
            waiting = false;
            if (failure == null) {
                then.accept(value);
            } else {
                lost = failure;
            }
            wake.run();
        }));
    }
}
