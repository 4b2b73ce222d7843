package dev.sluice.fanout.log;

import dev.sluice.contract.event.KafkaEvents.Reading.Skipped;
import dev.sluice.contract.event.KafkaEvents.Skip;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Records that are no events: counted by reason, and told in the log at most once a minute and reason, with the place of one of them.
 * Told by one thread, asked by any.
 */
public final class SkippedRecords {
    private static final Logger LOG = Logger.getLogger(SkippedRecords.class);
    private static final long BETWEEN_LINES = Duration.ofMinutes(1).toNanos();

    private final Map<Skip, Seen> seen = new EnumMap<>(Skip.class);
    private final LongSupplier nanos;

    private static final class Seen {
        private final AtomicLong count = new AtomicLong();
        private long told;
        private long toldAt;
    }

    SkippedRecords() {
        this(System::nanoTime);
    }

    /** @param nanos what time it is, from anywhere on */
    SkippedRecords(LongSupplier nanos) {
        this.nanos = nanos;
        for (Skip reason : Skip.values()) {
            seen.put(reason, new Seen());
        }
    }

    /** @return whether it was told in the log */
    boolean add(ConsumerRecord<byte[], byte[]> record, Skipped skipped) {
        Seen same = of(skipped.why());
        long count = same.count.incrementAndGet();
        long now = nanos.getAsLong();
        if (same.told > 0 && now - same.toldAt < BETWEEN_LINES) {
            return false;
        }
        LOG.warnf(
                "Skipped a record that is no event: topic=%s partition=%d offset=%d reason=%s detail=\"%s\" since=%d",
                record.topic(),
                record.partition(),
                record.offset(),
                skipped.why().code(),
                skipped.detail(),
                count - same.told);
        same.told = count;
        same.toldAt = now;
        return true;
    }

    /** How many there were for this reason. */
    public long count(Skip reason) {
        return of(reason).count.get();
    }

    private Seen of(Skip reason) {
        return Objects.requireNonNull(seen.get(reason));
    }
}
