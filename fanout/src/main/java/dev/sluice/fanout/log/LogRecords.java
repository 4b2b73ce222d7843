package dev.sluice.fanout.log;

import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.contract.event.KafkaEvents.Reading;
import dev.sluice.contract.event.KafkaEvents.Skip;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Reads records as whoever reads the log does, live or cold: one strange record ends nothing. Safe on any thread. */
public final class LogRecords {
    private static final Logger LOG = Logger.getLogger(LogRecords.class);

    private LogRecords() {}

    /** A bug in reading one record must not end the tail, nor lose the records after it; nor must one that is nested too deeply. */
    public static Reading read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return KafkaEvents.read(record);
        } catch (RuntimeException | StackOverflowError | LinkageError bug) {
            LOG.errorf(bug, "%s-%d@%d can't be read", record.topic(), record.partition(), record.offset());
            return new Reading.Skipped(Skip.UNREADABLE, "reading it failed");
        }
    }
}
