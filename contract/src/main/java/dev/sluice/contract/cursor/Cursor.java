package dev.sluice.contract.cursor;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A position in the log: for each partition that it covers, the offset of the next record to read. What a plain channel
 * needs is one partition; a pattern needs all. How many there were tells in which one a channel was: when some are added, it may
 * move, and even come back.
 *
 * <p>Immutable. To its holders it is an opaque string ({@link #toString()}); {@link #parse} reads only strings that this
 * class wrote, each position has exactly one.
 */
public final class Cursor {
    private final TopicBinding topic;
    private final int count;
    private final int[] partitions;
    private final long[] offsets;

    private Cursor(TopicBinding topic, int count, int[] partitions, long[] offsets) {
        this.topic = topic;
        this.count = count;
        this.partitions = partitions;
        this.offsets = offsets;
    }

    /**
     * @param count how many partitions the topic has
     * @param partitions ascending, at least one
     * @param offsets the next offset to read of each
     * @throws IllegalArgumentException when the arrays do not fit together
     */
    public static Cursor of(TopicBinding topic, int count, int[] partitions, long[] offsets) {
        if (partitions.length == 0 || partitions.length != offsets.length) {
            throw new IllegalArgumentException("one offset a partition, and at least one partition");
        }
        for (int i = 0; i < partitions.length; i++) {
            if (partitions[i] < 0 || offsets[i] < 0 || (i > 0 && partitions[i] <= partitions[i - 1])) {
                throw new IllegalArgumentException("partitions ascend, neither they nor offsets are negative");
            }
        }
        if (partitions[partitions.length - 1] >= count) {
            throw new IllegalArgumentException("the topic has all partitions that are covered");
        }
        return new Cursor(topic, count, partitions.clone(), offsets.clone());
    }

    /**
     * A position in one partition.
     *
     * @param count how many the topic has
     */
    public static Cursor single(TopicBinding topic, int count, int partition, long nextOffset) {
        return of(topic, count, new int[] {partition}, new long[] {nextOffset});
    }

    /** A position in all partitions, from 0 on. */
    public static Cursor all(TopicBinding topic, long[] nextOffsets) {
        int[] partitions = new int[nextOffsets.length];
        Arrays.setAll(partitions, i -> i);
        return of(topic, partitions.length, partitions, nextOffsets);
    }

    /**
     * @param field what to name in the refusal
     * @throws Rejected {@code malformed} when this is no cursor that Sluice wrote
     */
    public static Cursor parse(String field, String text) throws Rejected {
        Cursor cursor = CursorForm.read(text);
        if (cursor == null) {
            throw Problem.malformed(field, "this is no cursor, or it was altered or cut")
                    .rejected();
        }
        return cursor;
    }

    /**
     * @return this
     * @throws Rejected {@code malformed} when the cursor was taken from a topic of another name
     */
    public Cursor requireTopic(String field, TopicBinding here) throws Rejected {
        if (topic.name() != here.name()) {
            throw Problem.malformed(field, "this cursor belongs to another topic")
                    .rejected();
        }
        return this;
    }

    public TopicBinding topic() {
        return topic;
    }

    /** How many partitions the topic had when it was taken. */
    public int partitions() {
        return count;
    }

    /** How many partitions it covers. */
    public int size() {
        return partitions.length;
    }

    /** The i-th of the covered partitions, ascending. */
    public int partition(int i) {
        return partitions[i];
    }

    /** The next offset to read of the i-th covered partition. */
    public long offset(int i) {
        return offsets[i];
    }

    /** The next offset to read in a partition, or -1 when the cursor does not cover it. */
    public long offsetOf(int partition) {
        int i = Arrays.binarySearch(partitions, partition);
        return i < 0 ? -1 : offsets[i];
    }

    /**
     * Whether whoever stands here has read all that one at the other has: the same incarnation of the topic, in each partition that
     * the other covers at least as far, and no fewer partitions known.
     */
    public boolean reaches(Cursor other) {
        if (!topic.equals(other.topic) || count < other.count) {
            return false;
        }
        for (int i = 0; i < other.size(); i++) {
            if (offsetOf(other.partition(i)) < other.offset(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The least position that {@link #reaches} both: of each partition that either covers the greater offset.
     *
     * @throws IllegalArgumentException when they are not of the same incarnation of a topic; those have no order
     */
    public Cursor merge(Cursor other) {
        if (!topic.equals(other.topic)) {
            throw new IllegalArgumentException("positions in different logs have nothing in common");
        }
        int[] covered = IntStream.concat(Arrays.stream(partitions), Arrays.stream(other.partitions))
                .sorted()
                .distinct()
                .toArray();
        return new Cursor(
                topic,
                Math.max(count, other.count),
                covered,
                Arrays.stream(covered)
                        .mapToLong(partition -> Math.max(offsetOf(partition), other.offsetOf(partition)))
                        .toArray());
    }

    /** Whether it says of each partition where it stands there. */
    public boolean coversAll() {
        return partitions.length == count;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cursor that
                && topic.equals(that.topic)
                && count == that.count
                && Arrays.equals(partitions, that.partitions)
                && Arrays.equals(offsets, that.offsets);
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, count, Arrays.hashCode(partitions), Arrays.hashCode(offsets));
    }

    /** The form in which it travels: base64url without padding. */
    @Override
    public String toString() {
        return CursorForm.write(this);
    }
}
