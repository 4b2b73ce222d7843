package dev.sluice.fanout.log;

import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.kafka.ConsumerSettings;
import dev.sluice.kafka.Supervised;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions of the topic into the recent log, on one thread of its own: no group, no commits, from the end minus
 * the memory window on. When Kafka goes away it waits and goes on where it stopped.
 */
public final class LogTail implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LogTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** When so much waits for a partition, only that one is fetched. */
    private static final long MOST_WAITING_BYTES = 8 << 20;

    private final LogTailOptions options;
    private final int formats;
    private final Admin admin;
    private final LogListener listener;
    private final Supervised thread;
    private final Intake intake;
    // The thread's own:
    private final FetchSpacing spacing = new FetchSpacing(System::nanoTime);
    private final Patience patience;
    private final TopicWatch watch;
    private LogOrder order = new LogOrder(0);

    private volatile boolean caughtUp;
    private volatile long lag;
    private volatile long held;
    private final HeldRecords heldRecords = new HeldRecords();
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /** @param admin for the id of the topic; remains its owner's */
    public LogTail(LogTailOptions options, int formats, Admin admin, LogListener listener, MeterRegistry registry) {
        this.options = options;
        this.formats = formats;
        this.admin = admin;
        this.listener = listener;
        this.thread = new Supervised("sluice-log-tail", "log", registry, self -> run());
        this.intake = new Intake(options.repeats());
        this.patience = new Patience(options.topic());
        this.watch = new TopicWatch(options.topic(), options.topicCheck(), admin, () -> thread.pause(RETRY));
    }

    public void start() {
        thread.start();
    }

    /** Whether somebody reads on, as far as Kafka lets them. */
    public boolean isWell() {
        return thread.isWell();
    }

    /** See {@link Supervised#isHopeless}. */
    public boolean isHopeless() {
        return thread.isHopeless();
    }

    /**
     * Whether everything that the log held when this replica started was read; once true it stays so, unless the log is cut off
     * below this replica or made anew.
     */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /** How many records the log has that were not read yet, those included that are {@link #held}. */
    public long lag() {
        return lag;
    }

    /** How many of them can't be read yet, because a transaction of their producer, or of another one before them, has not ended. */
    public long held() {
        return held;
    }

    /** How many records were passed over because they are no events. */
    public SkippedRecords skipped() {
        return intake.skipped();
    }

    /** How many records were passed over because they repeat an earlier one. */
    public long repeated() {
        return intake.repeated();
    }

    @Override
    public void close() {
        thread.close();
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    private void run() {
        TopicDescription topic;
        while ((topic = watch.await(thread::isStopping)) != null) {
            try (var reader = new KafkaConsumer<>(
                    ConsumerSettings.of(options.kafka()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = reader;
                thread.begun();
                read(reader, topic);
            } catch (WakeupException | InterruptException stopped) {
                LOG.debug("The log tail was stopped");
                return;
            } finally {
                consumer = null;
                // Whatever it ended by: who comes next begins anew.
                caughtUp = false;
            }
        }
    }

    /** Returns when the log is no longer the one that it was: then all of it begins anew. */
    private void read(Consumer<byte[], byte[]> reader, TopicDescription topic) {
        List<TopicPartition> partitions = partitions(topic.partitions().size());
        reader.assign(partitions);
        long[] begin = retrying(() -> MemoryBegin.seek(reader, partitions, options));
        Map<TopicPartition, Long> ends = retrying(() -> reader.endOffsets(partitions));
        var log = new RecentLog(options.limits(), begin, formats);
        intake.begin(partitions.size());
        order = new LogOrder(partitions.size());
        patience.begin();
        listener.opened(log, TopicBinding.of(options.topic(), topic.topicId().toString()));
        LOG.infof(
                "Reading topic '%s' (%d partitions) from %d records before its end",
                options.topic(), partitions.size(), MemoryBegin.distance(begin, ends));
        watch.begin(topic);
        boolean failing = false;
        while (!thread.isStopping()) {
            try {
                watch.askIfDue();
                if (!confirm(reader, log)) {
                    return;
                }
                thread.pause(spacing.left());
                ConsumerRecords<byte[], byte[]> records = reader.poll(POLL);
                spacing.read(records.count());
                // What is read must not be older news than the number of partitions that it is read by (see
                // KafkaEvents).
                while (watch.isOld() && !thread.isStopping()) {
                    LOG.debug("Kafka is asked for the topic's partitions before its records are handed on");
                    watch.askAndWait(POLL);
                    if (!confirm(reader, log)) {
                        return;
                    }
                }
                if (append(records, reader, log)) {
                    listener.advanced();
                }
                if (!caughtUp && isPast(reader, ends)) {
                    caughtUp = true;
                    LOG.info("Caught up with the log");
                }
                held = heldRecords.count(reader);
                lag = HeldRecords.unread(reader) + held;
                failing = false;
            } catch (OffsetOutOfRangeException gone) {
                // Memory would have a hole. Whoever was connected comes back with a cursor, and hears of the gap then.
                LOG.errorf("The log no longer has %s; beginning anew", gone.offsetOutOfRangePartitions());
                return;
            } catch (WakeupException | InterruptException stopped) {
                return;
            } catch (KafkaException failure) {
                if (!failing) {
                    LOG.warnf(failure, "Reading topic '%s' fails; trying on", options.topic());
                }
                failing = true;
                pause();
            }
        }
    }

    /** @return whether there was something */
    private boolean append(ConsumerRecords<byte[], byte[]> records, Consumer<byte[], byte[]> reader, RecentLog log) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            order.add(record);
            patience.has(record.partition());
        }
        long before = order.bytes();
        patience.waitFor(order.release(
                partition -> patience.mayHaveMore(reader, partition, caughtUp), record -> intake.append(log, record)));
        boolean moved = order.bytes() != before;
        // Markers and aborted transactions are no records, but the position goes past them.
        for (TopicPartition partition : records.nextOffsets().keySet()) {
            if (order.isEmpty(partition.partition())) {
                log.skipTo(partition.partition(), reader.position(partition));
                moved = true;
            }
        }
        bound(reader);
        moved |= log.trim();
        if (moved) {
            log.publish();
        }
        return moved;
    }

    /** What is ahead of others is not fetched as long as much of it waits. */
    private void bound(Consumer<byte[], byte[]> reader) {
        Set<TopicPartition> paused = reader.paused();
        if (order.bytes() > MOST_WAITING_BYTES) {
            reader.pause(reader.assignment().stream()
                    .filter(partition -> !order.isEmpty(partition.partition()))
                    .toList());
        } else if (!paused.isEmpty()) {
            reader.resume(paused);
        }
    }

    /**
     * Takes what Kafka answered about the topic: partitions that were added.
     *
     * @return false when the topic was made anew
     */
    private boolean confirm(Consumer<byte[], byte[]> reader, RecentLog log) {
        return watch.confirm(partitions -> {
            takeAddedPartitions(partitions, reader, log);
            heldRecords.ask(admin, reader.assignment());
        });
    }

    private void takeAddedPartitions(int now, Consumer<byte[], byte[]> reader, RecentLog log) {
        int known = log.head().partitions();
        if (now > known) {
            LOG.infof("Topic '%s' has %d partitions now, %d before", options.topic(), now, known);
            patience.partitionsAdded();
            reader.assign(partitions(now));
            for (int i = known; i < now; i++) {
                order.addPartitions(now);
                reader.seek(new TopicPartition(options.topic(), i), 0);
            }
            intake.addPartitions(now);
            log.addPartitions(now);
            log.publish();
            listener.advanced();
        }
    }

    private List<TopicPartition> partitions(int count) {
        return IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(options.topic(), partition))
                .toList();
    }

    private boolean isPast(Consumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> reader.position(end.getKey()) >= end.getValue()
                        && order.isEmpty(end.getKey().partition()));
    }

    private <T> T retrying(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (WakeupException | InterruptException stopped) {
                throw stopped;
            } catch (KafkaException failure) {
                if (thread.isStopping()) {
                    throw failure;
                }
                LOG.warnf("Topic '%s' can't be read yet: %s", options.topic(), failure.toString());
                pause();
            }
        }
    }

    private void pause() {
        // Ends early when told to stop; then the loops around it see that.
        thread.pause(RETRY);
    }
}
