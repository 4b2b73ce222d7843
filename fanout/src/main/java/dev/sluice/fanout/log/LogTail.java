package dev.sluice.fanout.log;

import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.contract.event.KafkaEvents.Reading;
import dev.sluice.kafka.ConsumerSettings;
import dev.sluice.kafka.Supervised;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
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
    /** How long the others wait for a partition of which Kafka gives nothing, because its broker is away for example. */
    private static final Duration ORDER_PATIENCE = Duration.ofSeconds(5);

    private final LogTailOptions options;
    private final int formats;
    private final Admin admin;
    private final LogListener listener;
    private final Supervised thread;
    private final SkippedRecords skipped = new SkippedRecords();
    private final AtomicLong repeated = new AtomicLong();
    /** When Kafka was asked for the topic last, and answered; the thread's own. */
    private long confirmedNanos;

    /** What it is being asked just now; the thread's own. */
    private @Nullable Asked asked;

    private record Asked(long nanos, CompletableFuture<@Nullable TopicDescription> answer) {}

    /** For each partition; the thread's own. */
    private List<RepeatWindow> repeats = new ArrayList<>();

    /** The thread's own. */
    private LogOrder order = new LogOrder(0);

    /** The thread's own. */
    private final OrderSpan ordered = new OrderSpan(System::nanoTime);

    /** The partition that the others wait for, or -1, and since when; those that were waited for in vain. The thread's own. */
    private int awaited = -1;

    private long awaitedNanos;
    private final Set<Integer> givenUp = new HashSet<>();

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
        return skipped;
    }

    /** How many records were passed over because they repeat an earlier one. */
    public long repeated() {
        return repeated.get();
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
        for (TopicDescription topic = awaitTopic(); topic != null; topic = awaitTopic()) {
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

    /** Null when told to stop before the topic was there. */
    private @Nullable TopicDescription awaitTopic() {
        String lastTold = "";
        while (!thread.isStopping()) {
            try {
                return describe().get();
            } catch (ExecutionException notYet) {
                String why = String.valueOf(notYet.getCause());
                if (!why.equals(lastTold)) {
                    LOG.warnf("Waiting for topic '%s': %s", options.topic(), why);
                    lastTold = why;
                }
                pause();
            } catch (InterruptedException stopped) {
                return null;
            }
        }
        return null;
    }

    /** Returns when the log is no longer the one that it was: then all of it begins anew. */
    private void read(Consumer<byte[], byte[]> reader, TopicDescription topic) {
        List<TopicPartition> partitions = partitions(topic.partitions().size());
        reader.assign(partitions);
        long[] begin = retrying(() -> seekToWindow(reader, partitions));
        Map<TopicPartition, Long> ends = retrying(() -> reader.endOffsets(partitions));
        var log = new RecentLog(options.limits(), begin, formats);
        repeats = new ArrayList<>();
        order = new LogOrder(partitions.size());
        ordered.begin();
        givenUp.clear();
        partitions.forEach(partition -> repeats.add(new RepeatWindow(options.repeats())));
        listener.opened(log, TopicBinding.of(options.topic(), topic.topicId().toString()));
        LOG.infof(
                "Reading topic '%s' (%d partitions) from %d records before its end",
                options.topic(), partitions.size(), distance(begin, ends));
        confirmedNanos = System.nanoTime() - options.topicCheck().toNanos();
        asked = null;
        boolean failing = false;
        while (!thread.isStopping()) {
            try {
                if (System.nanoTime() - confirmedNanos > options.topicCheck().toNanos()) {
                    ask();
                }
                if (!confirm(topic, reader, log)) {
                    return;
                }
                ConsumerRecords<byte[], byte[]> records = reader.poll(POLL);
                // What is read must not be older news than the number of partitions that it is read by (see
                // KafkaEvents).
                while (System.nanoTime() - confirmedNanos > KafkaEvents.HOME_LEASE.toNanos() && !thread.isStopping()) {
                    LOG.debug("Kafka is asked for the topic's partitions before its records are handed on");
                    ask();
                    awaitAnswer();
                    if (!confirm(topic, reader, log)) {
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
                lag = lag(reader) + held;
                failing = false;
            } catch (OffsetOutOfRangeException gone) {
                // Memory would have a hole. Whoever was connected comes back with a cursor, and is told of the gap
                // then.
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
            givenUp.remove(record.partition());
            if (record.partition() == awaited) {
                awaited = -1;
            }
        }
        long before = order.bytes();
        waitFor(order.release(partition -> mayHaveMore(reader, partition), record -> append(log, record)));
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

    private boolean mayHaveMore(Consumer<byte[], byte[]> reader, int partition) {
        return (!caughtUp || !ordered.isOver())
                && !givenUp.contains(partition)
                && reader.currentLag(new TopicPartition(options.topic(), partition))
                                .orElse(1)
                        > 0;
    }

    private void waitFor(int partition) {
        if (partition != awaited) {
            awaited = partition;
            awaitedNanos = System.nanoTime();
        } else if (partition >= 0 && System.nanoTime() - awaitedNanos > ORDER_PATIENCE.toNanos()) {
            LOG.warnf(
                    "Kafka gives nothing of %s-%d, which has more; the other partitions go on without it",
                    options.topic(), partition);
            givenUp.add(partition);
        }
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

    private void append(RecentLog log, ConsumerRecord<byte[], byte[]> record) {
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

    /** Goes to the begin of memory, which is the answer, less a dedupe window. */
    private long[] seekToWindow(Consumer<byte[], byte[]> reader, List<TopicPartition> partitions) {
        long from = System.currentTimeMillis() - options.limits().age().toMillis();
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        long[] begin = offsetsAt(reader, partitions, from, ends);
        long[] early =
                offsetsAt(reader, partitions, from - options.repeats().window().toMillis(), ends);
        for (TopicPartition partition : partitions) {
            int number = partition.partition();
            reader.seek(
                    partition,
                    Math.max(early[number], begin[number] - options.repeats().records()));
        }
        return begin;
    }

    private static long[] offsetsAt(
            Consumer<byte[], byte[]> reader,
            List<TopicPartition> partitions,
            long time,
            Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, time));
        Map<TopicPartition, @Nullable OffsetAndTimestamp> starts = reader.offsetsForTimes(times);
        long[] offsets = new long[partitions.size()];
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp start = starts.get(partition);
            offsets[partition.partition()] = start != null ? start.offset() : ends.getOrDefault(partition, 0L);
        }
        return offsets;
    }

    /** Asks Kafka what the topic is now, unless it is being asked. Reading goes on meanwhile: the answer may take as long as it likes. */
    private void ask() {
        if (asked == null) {
            asked = new Asked(System.nanoTime(), describe());
        }
    }

    private CompletableFuture<@Nullable TopicDescription> describe() {
        return admin.describeTopics(List.of(options.topic()))
                .allTopicNames()
                .toCompletionStage()
                .thenApply(topics -> topics.get(options.topic()))
                .toCompletableFuture();
    }

    /** For a moment; where records must not be handed on without it. */
    private void awaitAnswer() {
        Asked question = asked;
        if (question == null) {
            return;
        }
        try {
            question.answer().get(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException unknown) {
            LOG.debugf(unknown, "Kafka does not describe topic '%s'", options.topic());
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    /**
     * Takes the answer to the last question, where there is one: whether it still is the same topic, and partitions that were added.
     *
     * @return false when the topic was made anew
     */
    private boolean confirm(TopicDescription topic, Consumer<byte[], byte[]> reader, RecentLog log) {
        Asked question = asked;
        if (question == null || !question.answer().isDone()) {
            return true;
        }
        asked = null;
        try {
            TopicDescription now = question.answer().join();
            if (now == null || !now.topicId().equals(topic.topicId())) {
                LOG.errorf("Topic '%s' was deleted and made anew; beginning anew too", options.topic());
                return false;
            }
            takeAddedPartitions(now.partitions().size(), reader, log);
            heldRecords.ask(admin, reader.assignment());
            confirmedNanos = question.nanos();
            return true;
        } catch (CompletionException unknown) {
            if (unknown.getCause() instanceof UnknownTopicOrPartitionException) {
                LOG.errorf("Topic '%s' was deleted; waiting for a new one", options.topic());
                return false;
            }
            // Kafka is away: there is nothing to read either, so that nobody is kept waiting by trying on.
            LOG.debugf("Kafka did not describe topic '%s': %s", options.topic(), unknown.getCause());
            if (System.nanoTime() - confirmedNanos > KafkaEvents.HOME_LEASE.toNanos()) {
                pause();
            }
            return true;
        }
    }

    private void takeAddedPartitions(int now, Consumer<byte[], byte[]> reader, RecentLog log) {
        int known = log.head().partitions();
        if (now > known) {
            LOG.infof("Topic '%s' has %d partitions now, %d before", options.topic(), now, known);
            ordered.begin();
            reader.assign(partitions(now));
            for (int i = known; i < now; i++) {
                repeats.add(new RepeatWindow(options.repeats()));
                order.addPartitions(now);
                reader.seek(new TopicPartition(options.topic(), i), 0);
            }
            log.addPartitions(now);
            log.publish();
            listener.advanced();
        }
    }

    private List<TopicPartition> partitions(int count) {
        var partitions = new ArrayList<TopicPartition>(count);
        for (int i = 0; i < count; i++) {
            partitions.add(new TopicPartition(options.topic(), i));
        }
        return partitions;
    }

    private boolean isPast(Consumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> reader.position(end.getKey()) >= end.getValue()
                        && order.isEmpty(end.getKey().partition()));
    }

    private static long distance(long[] begin, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> end.getValue() - begin[end.getKey().partition()])
                .sum();
    }

    private static long lag(Consumer<byte[], byte[]> reader) {
        long sum = 0;
        for (TopicPartition partition : reader.assignment()) {
            sum += reader.currentLag(partition).orElse(0);
        }
        return sum;
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
