package dev.sluice.fanout.cold;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What reading from Kafka again costs. Safe on any thread. */
final class ColdMetrics {
    private final Counter scans;
    private final Counter records;
    private final Counter blocks;

    ColdMetrics(MeterRegistry registry) {
        scans = Counter.builder("sluice.cold.scans")
                .description("Times that a consumer was put to a place in a partition to read it again")
                .register(registry);
        records = Counter.builder("sluice.cold.records")
                .description("Records that were read from Kafka again")
                .register(registry);
        blocks = Counter.builder("sluice.cold.blocks")
                .description("Blocks of the log that were read from Kafka again")
                .register(registry);
    }

    void scan() {
        scans.increment();
    }

    void block() {
        blocks.increment();
    }

    void read(long recordCount) {
        records.increment(recordCount);
    }
}
