package dev.sluice.contract.cursor;

/**
 * Writes the cursors of one topic as the ASCII bytes that go to the wire, without an object in between: the edges do this
 * for every event. Immutable, safe on any thread.
 */
public final class CursorEncoder {
    private final TopicBinding topic;

    public CursorEncoder(TopicBinding topic) {
        this.topic = topic;
    }

    public TopicBinding topic() {
        return topic;
    }

    /**
     * The cursor of a reader of one partition.
     *
     * @param partitions how many there are
     */
    public byte[] single(int partitions, int partition, long nextOffset) {
        return CursorForm.single(topic, partitions, partition, nextOffset);
    }

    /** The cursor of a reader of all partitions. */
    public byte[] all(long[] nextOffsets) {
        return CursorForm.dense(topic, nextOffsets);
    }
}
