package dev.sluice.fanout.cold;

import dev.sluice.fanout.log.LogEvent;
import java.util.List;

/**
 * A piece of one partition as Kafka has it: all its events (without repeats) in the offsets that it covers. Immutable, safe on any
 * thread.
 *
 * @param from the first offset that it covers
 * @param next the offset after the last that it covers; equal to {@code from} when there is nothing
 * @param bytes an estimate of what it takes in memory
 */
public record ColdBlock(int partition, long from, long next, List<LogEvent> events, long bytes) {
    /** What a block takes besides its events. */
    static final long OVERHEAD = 200;

    public ColdBlock {
        if (next < from) {
            throw new IllegalArgumentException("a block ends at or after its begin");
        }
        events = List.copyOf(events);
    }

    boolean covers(long offset) {
        return from <= offset && offset < next;
    }

    /** The place among its events of the first at or after the offset; their number when there is none. */
    public int placeOf(long offset) {
        int low = 0;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events.get(middle).offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
