package dev.sluice.fanout.cold;

/**
 * What the log holds, for each partition. Nobody may write to the arrays.
 *
 * @param begin the first offset that Kafka still has
 * @param limit the first offset that may be read: where the maximum rewind ends; zero where there is none
 * @param end the offset after the last record
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogBounds(long[] begin, long[] limit, long[] end) {}
