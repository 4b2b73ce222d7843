package dev.sluice.fanout.log;

/**
 * The events of one channel in memory, each of which knows the next. The tail's thread appends, everybody reads.
 */
public final class ChannelChain {
    private volatile long last = Entry.NONE;
    private volatile boolean scattered;
    /** Written and read by the tail's thread only. */
    private int inMemory;

    private int partition;

    /** The sequence of its newest event; that may have left memory. */
    public long last() {
        return last;
    }

    /**
     * Whether events of this channel were seen outside the partition that Kafka's default partitioner gives it, or in several: a
     * producer with another partitioner, or partitions that were added. Then one partition's position does not say where a
     * reader stands.
     */
    public boolean isScattered() {
        return scattered;
    }

    void append(long sequence, int in, int home) {
        if (in != home || (inMemory > 0 && in != partition)) {
            scattered = true;
        }
        last = sequence;
        partition = in;
        inMemory++;
    }

    /** @return whether it is empty now */
    boolean evictOne() {
        return --inMemory == 0;
    }
}
