package dev.sluice.fanout.log;

import dev.sluice.contract.event.KafkaEvents.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes events of records, and passes over what is none or repeats an earlier one. Belongs to the tail's thread, but for its counts. */
final class Intake {
    private final RepeatLimits limits;
    private final SkippedRecords skipped = new SkippedRecords();
    private final AtomicLong repeated = new AtomicLong();
    /** For each partition. */
    private final List<RepeatWindow> repeats = new ArrayList<>();

    Intake(RepeatLimits limits) {
        this.limits = limits;
    }

    /** On any thread. */
    SkippedRecords skipped() {
        return skipped;
    }

    /** On any thread. */
    long repeated() {
        return repeated.get();
    }

    /** The log begins anew, and nothing of it is known. */
    void begin(int partitions) {
        repeats.clear();
        addPartitions(partitions);
    }

    void addPartitions(int partitions) {
        while (repeats.size() < partitions) {
            repeats.add(new RepeatWindow(limits));
        }
    }

    void append(RecentLog log, ConsumerRecord<byte[], byte[]> record) {
        Reading reading = LogRecords.read(record);
        if (reading instanceof Reading.Read read) {
            boolean repeat =
                    repeats.get(record.partition()).isRepeat(read.event(), record.offset(), record.timestamp());
            if (record.offset() < log.begin(record.partition())) {
                // Read only to know the repeats among those that follow.
                return;
            }
            if (repeat) {
                repeated.incrementAndGet();
                log.skipTo(record.partition(), record.offset() + 1);
            } else {
                log.append(record.partition(), record.offset(), record.timestamp(), read.event());
            }
        } else if (reading instanceof Reading.Skipped skip) {
            skipped.add(record, skip);
            log.skipTo(record.partition(), record.offset() + 1);
        }
    }
}
