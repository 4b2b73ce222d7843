package dev.sluice.fanout.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LogOrderTest {
    private final LogOrder order = new LogOrder(3);
    private final List<String> released = new ArrayList<>();

    private static ConsumerRecord<byte[], byte[]> record(int partition, long offset, long time) {
        return new ConsumerRecord<>(
                "t",
                partition,
                offset,
                time,
                TimestampType.LOG_APPEND_TIME,
                0,
                10,
                null,
                new byte[10],
                new RecordHeaders(),
                Optional.empty());
    }

    private int release(Integer... mayHaveMore) {
        return order.release(
                List.of(mayHaveMore)::contains, record -> released.add(record.partition() + "@" + record.offset()));
    }

    @Test
    void shouldHandOnByTime() {
        order.add(record(0, 0, 30));
        order.add(record(0, 1, 40));
        order.add(record(2, 0, 10));
        order.add(record(2, 1, 35));
        assertThat(order.bytes()).isPositive();

        assertThat(release()).isEqualTo(-1);
        assertThat(released).containsExactly("2@0", "0@0", "2@1", "0@1");
        assertThat(order.bytes()).isZero();
        assertThat(order.isEmpty(0)).isTrue();
    }

    @Test
    void shouldWaitForAPartitionThatMayHaveSomethingEarlier() {
        order.add(record(0, 0, 30));
        assertThat(release(1)).isEqualTo(1);
        assertThat(released).isEmpty();
        order.add(record(1, 0, 20));
        order.add(record(1, 1, 40));
        assertThat(release(1)).isEqualTo(-1);
        assertThat(released).containsExactly("1@0", "0@0", "1@1");
    }

    @Test
    void shouldStopWhereAPartitionRunsOut() {
        order.add(record(0, 0, 30));
        order.add(record(1, 0, 20));
        assertThat(release(1)).isEqualTo(1);
        assertThat(released).containsExactly("1@0");
    }

    @Test
    void shouldWaitForNobodyWhenThereIsNothing() {
        assertThat(release(0, 1, 2)).isEqualTo(-1);
    }

    @Test
    void shouldTakePartitionsThatAreAdded() {
        order.addPartitions(5);
        order.add(record(4, 0, 1));
        assertThat(release()).isEqualTo(-1);
        assertThat(released).containsExactly("4@0");
    }

    /** However the fetches are cut: all of it, by time, each partition in its own order. */
    @Property
    void shouldMakeOneOrderOfAnyFetches(
            @ForAll @Size(min = 1, max = 80) List<@IntRange(max = 2) Integer> log,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 9) Integer> fetches) {
        var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        long[] next = new long[3];
        for (int time = 0; time < log.size(); time++) {
            int partition = log.get(time);
            all.add(record(partition, next[partition]++, time));
        }
        var handed = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var ordered = new LogOrder(3);
        long[] fetched = new long[3];
        for (int turn = 0; handed.size() < all.size(); turn++) {
            // Kafka's way: as much as fits of one partition, then of the next.
            int partition = turn % 3;
            int count = fetches.get(turn % fetches.size());
            all.stream()
                    .filter(record -> record.partition() == partition && record.offset() >= fetched[partition])
                    .limit(count)
                    .forEach(ordered::add);
            fetched[partition] = Math.min(next[partition], fetched[partition] + count);
            ordered.release(empty -> fetched[empty] < next[empty], handed::add);
            assertThat(turn).isLessThan(10_000);
        }
        assertThat(handed).isSortedAccordingTo(Comparator.comparingLong(ConsumerRecord::timestamp));
        assertThat(handed).containsExactlyElementsOf(all);
    }
}
