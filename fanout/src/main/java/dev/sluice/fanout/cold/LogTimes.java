package dev.sluice.fanout.cold;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** Where a time lies in the log. Asks Kafka; safe on any thread, never blocks. */
@FunctionalInterface
public interface LogTimes {

    /**
     * For each partition the offset of the first record at or after the time, or its end. Fails when Kafka does not answer.
     */
    CompletionStage<long[]> offsetsAt(Instant time, int partitions);
}
