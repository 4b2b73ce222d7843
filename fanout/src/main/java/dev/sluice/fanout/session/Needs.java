package dev.sluice.fanout.session;

import org.jspecify.annotations.Nullable;

/**
 * What a reader still needs of the log, for each partition. Its holder may write to the arrays.
 *
 * @param at the next offset; {@link #BY_TIME} where it is yet to be found by the log's time
 * @param wanted whether there can be anything for this reader in the partition
 * @param move how its only channel moved because partitions were added; null if it did not
 */
@SuppressWarnings("ArrayRecordComponent")
record Needs(long[] at, boolean[] wanted, @Nullable Move move) {
    static final long BY_TIME = -1;

    /**
     * A channel that was in one partition when the cursor was taken, and has been in another one since.
     *
     * @param partition where it was
     * @param count how many partitions there were then: in one of those it may have been before, as well as after
     */
    record Move(String channel, int partition, int count) {}

    Needs(long[] at, boolean[] wanted) {
        this(at, wanted, null);
    }

    /** Whether one partition's position does not say where it stands. */
    boolean isSpread() {
        int count = 0;
        for (boolean one : wanted) {
            count += one ? 1 : 0;
        }
        return count > 1;
    }
}
