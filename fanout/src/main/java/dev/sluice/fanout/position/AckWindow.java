package dev.sluice.fanout.position;

import dev.sluice.contract.cursor.Cursor;
import java.util.Arrays;

/**
 * The events that were delivered to an acknowledged subscription and are beyond its position, by partition and offset and in the order
 * of delivery. A cursor acknowledges what was delivered before it too, so those that it covers are the first ones. Belongs to the
 * session's loop.
 */
public final class AckWindow {
    private static final int FIRST_CAPACITY = 16;

    private final int most;
    private int[] partitions;
    private long[] offsets;
    private int first;
    private int size;

    /** @param most how many events may be unacknowledged */
    public AckWindow(int most) {
        this.most = most;
        int capacity = Math.min(most, FIRST_CAPACITY);
        this.partitions = new int[capacity];
        this.offsets = new long[capacity];
    }

    /** Whether nothing more may be delivered now. */
    public boolean isFull() {
        return size >= most;
    }

    /** How many events are unacknowledged. */
    public int size() {
        return size;
    }

    /** An event was delivered. */
    public void delivered(int partition, long offset) {
        if (size == offsets.length) {
            grow();
        }
        int place = (first + size) % offsets.length;
        partitions[place] = partition;
        offsets[place] = offset;
        size++;
    }

    private void grow() {
        int capacity = Math.min(most, offsets.length * 2);
        int[] morePartitions = new int[Math.max(capacity, size + 1)];
        long[] moreOffsets = Arrays.copyOf(offsets, morePartitions.length);
        for (int i = 0; i < size; i++) {
            int place = (first + i) % offsets.length;
            morePartitions[i] = partitions[place];
            moreOffsets[i] = offsets[place];
        }
        partitions = morePartitions;
        offsets = moreOffsets;
        first = 0;
    }

    /** The position has moved on. */
    public void acknowledged(Cursor position) {
        while (size > 0 && offsets[first] < position.offsetOf(partitions[first])) {
            first = (first + 1) % offsets.length;
            size--;
        }
    }
}
