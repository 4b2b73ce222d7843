package dev.sluice.fanout.log;

/**
 * How far the log was read: an immutable snapshot, published by the tail after each batch.
 *
 * @param next the sequence that the next event will get
 * @param frontier for each partition the next offset to read; nobody may write to it
 */
public record Head(long next, long[] frontier) {

    public int partitions() {
        return frontier.length;
    }
}
