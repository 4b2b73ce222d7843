package dev.sluice.fanout.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.event.KafkaEvents.Reading.Skipped;
import dev.sluice.contract.event.KafkaEvents.Skip;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SkippedRecordsTest {
    private final AtomicLong now = new AtomicLong(-1);
    private final SkippedRecords skipped = new SkippedRecords(now::get);

    @Test
    void shouldCountEachReasonAndTellItOnceAMinute() {
        assertThat(add(Skip.TIME)).isTrue();
        assertThat(add(Skip.TIME)).isFalse();
        assertThat(add(Skip.KEY)).isTrue();
        now.addAndGet(TimeUnit.SECONDS.toNanos(60) - 1);
        assertThat(add(Skip.TIME)).isFalse();
        now.incrementAndGet();
        assertThat(add(Skip.TIME)).isTrue();
        assertThat(add(Skip.TIME)).isFalse();

        assertThat(skipped.count(Skip.TIME)).isEqualTo(5);
        assertThat(skipped.count(Skip.KEY)).isEqualTo(1);
        assertThat(skipped.count(Skip.URI)).isZero();
    }

    private boolean add(Skip reason) {
        return skipped.add(new ConsumerRecord<>("topic", 0, 7, null, null), new Skipped(reason, "for a test"));
    }
}
