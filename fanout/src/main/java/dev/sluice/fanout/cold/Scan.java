package dev.sluice.fanout.cold;

import dev.sluice.contract.event.KafkaEvents.Reading;
import dev.sluice.fanout.cold.ColdLog.Sighting;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.LogRecords;
import dev.sluice.fanout.log.RepeatLimits;
import dev.sluice.fanout.log.RepeatWindow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's way over a partition: reads block after block, and knows the repeats, because it began a dedupe window before the
 * first. Belongs to one thread. Each method throws what Kafka throws; after that the scan has no place, and the next block begins
 * anew.
 */
final class Scan {
    /** A block covers at most so many offsets, and begins at a multiple of it unless the one before was cut short. */
    static final long SPAN = 1_024;
    /** A block that has so much ends early. */
    static final long MOST_BYTES = 256 * 1024;

    private static final Duration POLL = Duration.ofMillis(500);
    /** A partition that gives nothing for so many polls makes room for others; sooner where it did so before. */
    private static final int PATIENCE = 20;

    private static final int LITTLE_PATIENCE = 2;

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final int formats;
    private final RepeatLimits repeats;
    private final Unfinished unfinished;
    private final ColdMetrics metrics;
    private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

    private int patience = PATIENCE;
    private @Nullable TopicPartition place;
    private RepeatWindow window;
    private long next;
    private long begin;
    private long end;
    private long read;

    Scan(
            Consumer<byte[], byte[]> consumer,
            String topic,
            int formats,
            RepeatLimits repeats,
            Unfinished unfinished,
            ColdMetrics metrics) {
        this.consumer = consumer;
        this.topic = topic;
        this.formats = formats;
        this.repeats = repeats;
        this.unfinished = unfinished;
        this.metrics = metrics;
        this.window = new RepeatWindow(repeats);
    }

    /** Whether it waits long for a partition that gives nothing. */
    void setPatient(boolean patient) {
        patience = patient ? PATIENCE : LITTLE_PATIENCE;
    }

    /** Whether a block that begins there costs no seek. */
    boolean continuesWith(int partition, long start) {
        return place != null && place.partition() == partition && next == start;
    }

    ColdBlock block(int partition, long start) {
        return at(partition, start, where -> {
            ColdBlock block = read(where, Math.max(start, begin), start - start % SPAN + SPAN);
            metrics.block();
            return block;
        });
    }

    /** See {@link ColdLog#newest}. */
    List<Sighting> newest(
            int partition, long from, long to, int most, Predicate<LogEvent> wanted, BooleanSupplier isGivenUp) {
        return at(partition, from, where -> {
            var seen = new ArrayDeque<Sighting>();
            while (next < to && !isGivenUp.getAsBoolean()) {
                ConsumerRecord<byte[], byte[]> record = peek(where);
                if (record == null || record.offset() >= to) {
                    break;
                }
                LogEvent event = take(record);
                if (event != null && event.offset() >= from && wanted.test(event)) {
                    seen.add(new Sighting(partition, event.offset(), event.timestamp()));
                    if (seen.size() > most) {
                        seen.remove();
                    }
                }
            }
            return List.copyOf(seen);
        });
    }

    private <T> T at(int partition, long start, Function<TopicPartition, T> action) {
        boolean complete = false;
        try {
            TopicPartition where = place;
            if (where == null || !continuesWith(partition, start)) {
                where = new TopicPartition(topic, partition);
                seek(where, start);
            }
            T result = action.apply(where);
            complete = true;
            return result;
        } finally {
            metrics.read(read);
            read = 0;
            if (!complete) {
                place = null;
            }
        }
    }

    /** The next record, which is not looked at again; null when it is no event, or a repeat. */
    private @Nullable LogEvent take(ConsumerRecord<byte[], byte[]> record) {
        fetched.remove();
        read++;
        next = record.offset() + 1;
        return LogRecords.read(record) instanceof Reading.Read reading
                        && !window.isRepeat(reading.event(), record.offset(), record.timestamp())
                ? new LogEvent(reading.event(), record.partition(), record.offset(), record.timestamp(), formats)
                : null;
    }

    private void seek(TopicPartition where, long start) {
        metrics.scan();
        if (place != null) {
            unfinished.leave(place.partition(), next, window);
            place = null;
        }
        consumer.assign(List.of(where));
        fetched.clear();
        begin = consumer.beginningOffsets(List.of(where)).getOrDefault(where, 0L);
        end = endOf(where);
        long from = Math.max(start, begin);
        next = from;
        consumer.seek(where, from);
        place = where;
        RepeatWindow left = unfinished.take(where.partition(), from);
        window = left == null ? new RepeatWindow(repeats) : left;
        if (left != null || repeats.isOff() || from == begin || from >= end) {
            return;
        }
        ConsumerRecord<byte[], byte[]> first = peek(where);
        if (first == null) {
            return;
        }
        long early = windowBefore(where, from, first.timestamp());
        if (early < from) {
            fetched.clear();
            consumer.seek(where, early);
            next = early;
        }
    }

    /** Where whoever wants to know the repeats from an offset on has to begin. */
    private long windowBefore(TopicPartition where, long from, long timestamp) {
        long time = Math.max(0, timestamp - repeats.window().toMillis());
        Map<TopicPartition, @Nullable OffsetAndTimestamp> found = consumer.offsetsForTimes(Map.of(where, time));
        OffsetAndTimestamp earliest = found.get(where);
        long byTime = earliest == null ? from : earliest.offset();
        return Math.max(begin, Math.max(byTime, from - repeats.records()));
    }

    /** What lies before {@code from} only fills the window. */
    private ColdBlock read(TopicPartition where, long from, long spanEnd) {
        List<LogEvent> events = new ArrayList<>();
        long bytes = ColdBlock.OVERHEAD;
        while (next < spanEnd && bytes < MOST_BYTES) {
            ConsumerRecord<byte[], byte[]> record = peek(where);
            if (record == null) {
                break;
            }
            if (record.offset() >= spanEnd) {
                next = spanEnd;
                break;
            }
            LogEvent event = take(record);
            if (event != null && event.offset() >= from) {
                events.add(event);
                bytes += LogEvent.footprint(event.event(), formats);
            }
        }
        return new ColdBlock(where.partition(), from, Math.max(from, next), events, bytes);
    }

    /** The next record, or null at the end of the log. */
    private @Nullable ConsumerRecord<byte[], byte[]> peek(TopicPartition where) {
        for (int i = 0; fetched.isEmpty(); i++) {
            next = Math.max(next, consumer.position(where));
            if (next >= end) {
                end = endOf(where);
                if (next >= end) {
                    return null;
                }
            }
            if (i >= patience) {
                throw new TimeoutException(where + " gives nothing at offset " + next);
            }
            consumer.poll(POLL).forEach(fetched::add);
        }
        return fetched.element();
    }

    private long endOf(TopicPartition where) {
        return consumer.endOffsets(List.of(where)).getOrDefault(where, 0L);
    }
}
