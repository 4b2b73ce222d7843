package dev.sluice.fanout.session;

/**
 * What a reader still needs of the log, for each partition. Its holder may write to the arrays.
 *
 * @param at the next offset; {@link #BY_TIME} where it is yet to be found by the log's time
 * @param wanted whether there can be anything for this reader in the partition
 * @param movedFrom the partition that its only channel was in before partitions were added; -1 if it did not move
 */
@SuppressWarnings("ArrayRecordComponent")
record Needs(long[] at, boolean[] wanted, int movedFrom) {
    static final long BY_TIME = -1;

    Needs(long[] at, boolean[] wanted) {
        this(at, wanted, -1);
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
