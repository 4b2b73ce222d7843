package dev.sluice.fanout.log;

/** The events of one partition in memory: offset to sequence, both ascending. Safe on any thread; held for a few steps only. */
final class PartitionWindow {
    private static final int SMALLEST = 64;

    private long[] offsets = new long[SMALLEST];
    private long[] sequences = new long[SMALLEST];
    private int first;
    private int size;
    private long heldFrom;

    /** @param begin the offset of the first record that will be appended */
    PartitionWindow(long begin) {
        this.heldFrom = begin;
    }

    synchronized void append(long offset, long sequence) {
        if (size == offsets.length) {
            resize(offsets.length * 2);
        }
        offsets[slot(size)] = offset;
        sequences[slot(size)] = sequence;
        size++;
    }

    synchronized void evictFirst() {
        heldFrom = offsets[first] + 1;
        first = (first + 1) & (offsets.length - 1);
        size--;
        if (size < offsets.length / 8 && offsets.length > SMALLEST) {
            resize(offsets.length / 2);
        }
    }

    /** The offset from where on every event is in memory. */
    synchronized long heldFrom() {
        return heldFrom;
    }

    /** The sequence of the first event at or after the offset, or -1 when there is none in memory. */
    synchronized long sequenceAt(long offset) {
        int found = firstAtOrAfter(offsets, offset);
        return found == size ? Entry.NONE : sequences[slot(found)];
    }

    /** The offset of the first event at or after the sequence, or -1 when there is none in memory. */
    synchronized long offsetAt(long sequence) {
        int found = firstAtOrAfter(sequences, sequence);
        return found == size ? Entry.NONE : offsets[slot(found)];
    }

    private int firstAtOrAfter(long[] ascending, long value) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[slot(middle)] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int slot(int place) {
        return (first + place) & (offsets.length - 1);
    }

    private void resize(int capacity) {
        long[] sameOffsets = new long[capacity];
        long[] sameSequences = new long[capacity];
        for (int i = 0; i < size; i++) {
            sameOffsets[i] = offsets[slot(i)];
            sameSequences[i] = sequences[slot(i)];
        }
        offsets = sameOffsets;
        sequences = sameSequences;
        first = 0;
    }
}
