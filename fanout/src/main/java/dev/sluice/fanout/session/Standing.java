package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.fanout.log.ChannelChain;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.RecentLog;
import org.jspecify.annotations.Nullable;

/**
 * How a reader says where it stands: by one partition's offset where that says it all, else by the frontier, which is an offset for each
 * partition. Readers of which all of this is equal say the same at the same place. Belongs to a loop.
 */
final class Standing {
    private final Loop loop;
    private final RecentLog log;
    private final CursorEncoder cursors;
    /** The channel, when it reads one only. */
    private final @Nullable String single;
    /** How many partitions there were when it began; Kafka's place for that channel is known for so many. */
    private final int partitions;

    private final int home;
    /** Whether one partition's offset does not say where it stands, or once did not. */
    private boolean spread;

    Standing(SubscriptionRequest request, Loop loop, int partitions, boolean spread) {
        this.loop = loop;
        this.log = loop.log();
        this.cursors = loop.cursors();
        this.single = request.isSingleChannel() ? request.singleChannel() : null;
        this.partitions = partitions;
        this.home = single == null ? -1 : RecentLog.home(single, partitions);
        this.spread = spread || single == null;
    }

    int partitions() {
        return partitions;
    }

    boolean isSpread() {
        return spread;
    }

    void spread(boolean more) {
        spread |= more;
    }

    /**
     * Right after the event. What is the same for all of its readers is made once.
     *
     * @return null when what follows the event has left memory, so that nobody here knows
     */
    byte @Nullable [] after(Entry entry) {
        if (isOnePartition(entry.chain())) {
            return entry.ownCursor(cursors, partitions);
        }
        byte[] full = entry.fullCursor();
        if (full == null) {
            long[] frontier = loop.frontierAt(entry.sequence() + 1);
            if (frontier == null) {
                return null;
            }
            full = cursors.all(frontier);
            entry.shareFullCursor(full);
        }
        return full;
    }

    /** Of a reader that has read all before the frontier. */
    byte[] at(long[] frontier) {
        // A frontier from before partitions were added may not reach as far.
        return isOnePartition(single == null ? null : log.chain(single)) && home < frontier.length
                ? cursors.single(partitions, home, frontier[home])
                : cursors.all(frontier);
    }

    /** Of a reader that looks for what has left memory, and has nothing to go by but its own offsets. */
    byte[] atOffsets(long[] offsets) {
        return spread ? cursors.all(offsets) : cursors.single(partitions, home, offsets[home]);
    }

    private boolean isOnePartition(@Nullable ChannelChain chain) {
        spread |= partitions != loop.frontier().length || (chain != null && chain.isScattered());
        return !spread;
    }

    /** What a client has of a log that this replica has not read so far. */
    @SuppressWarnings("ArrayRecordComponent")
    record Lead(long[] offsets) {

        /** Whether the client has it already. */
        boolean covers(LogEvent event) {
            return event.partition() < offsets.length && event.offset() < offsets[event.partition()];
        }

        /** Whether this replica has read as far. */
        boolean isMadeUp(long[] frontier) {
            for (int i = 0; i < offsets.length; i++) {
                if (i >= frontier.length || frontier[i] < offsets[i]) {
                    return false;
                }
            }
            return true;
        }

        /** Where a client stands that has both. */
        long[] with(long[] frontier) {
            long[] both = frontier.clone();
            for (int i = 0; i < Math.min(offsets.length, both.length); i++) {
                both[i] = Math.max(both[i], offsets[i]);
            }
            return both;
        }
    }
}
