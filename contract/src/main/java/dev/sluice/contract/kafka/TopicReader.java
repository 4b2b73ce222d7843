package dev.sluice.contract.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidOffsetException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a small topic, all of it and then on, on a thread of its own. While the topic is missing, or Kafka is away, it tries on.
 */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Map<String, Object> kafka;
    private final String topic;
    private final Listener listener;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;

    /** Who is told, on the reader's thread. */
    public interface Listener {
        /** Reads from the topic's begin, or reads on after {@link #failing}. */
        void reading(int partitions);

        void read(ConsumerRecord<byte[], byte[]> record);

        /** All that the topic had when reading began has been read. */
        void caughtUp();

        /** There is no such topic; it is looked for until there is. Said once each time that it is found missing. */
        void missing();

        /** Kafka does not let it be read, or is away; said once for each reason. */
        void failing(KafkaException why);

        /** The topic is no longer the one that it was, and is read anew: what was read no longer counts. */
        void madeAnew(String why);
    }

    /**
     * @param name of the thread
     * @param kafka properties of Kafka's clients ({@code bootstrap.servers}, security)
     */
    public TopicReader(String name, Map<String, Object> kafka, String topic, Listener listener) {
        this.kafka = ConsumerSettings.of(kafka);
        this.topic = topic;
        this.listener = listener;
        this.thread = new Thread(this::run, name);
    }

    /** Once. */
    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        stopping = true;
        stop.countDown();
        KafkaConsumer<byte[], byte[]> reader = current;
        if (reader != null) {
            reader.wakeup();
        }
    }

    private void run() {
        String lastTold = "";
        while (!stopping) {
            try (var reader = new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                current = reader;
                if (stopping) {
                    return;
                }
                List<TopicPartition> partitions = partitions(reader);
                if (!partitions.isEmpty()) {
                    read(reader, partitions);
                } else if (!lastTold.equals("missing")) {
                    listener.missing();
                    lastTold = "missing";
                }
            } catch (WakeupException | InterruptException stopped) {
                return;
            } catch (InvalidOffsetException gone) {
                listener.madeAnew(String.valueOf(gone.getMessage()));
            } catch (KafkaException failure) {
                String why = failure.toString();
                if (!why.equals(lastTold)) {
                    listener.failing(failure);
                    lastTold = why;
                }
            } finally {
                current = null;
            }
            pause();
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> reader) {
        List<PartitionInfo> known = reader.partitionsFor(topic);
        return known == null
                ? List.of()
                : known.stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
    }

    /** Ends by an exception only: a wakeup, or because an offset is no longer there. */
    private void read(KafkaConsumer<byte[], byte[]> reader, List<TopicPartition> partitions) {
        reader.assign(partitions);
        Map<TopicPartition, Long> begins = new HashMap<>(reader.beginningOffsets(partitions));
        begins.forEach(reader::seek);
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        listener.reading(partitions.size());
        boolean behind = true;
        boolean failing = false;
        while (!stopping) {
            try {
                if (behind
                        && ends.entrySet().stream().allMatch(end -> reader.position(end.getKey()) >= end.getValue())) {
                    behind = false;
                    listener.caughtUp();
                }
                reader.poll(POLL).forEach(listener::read);
                if (failing) {
                    failing = false;
                    listener.reading(partitions.size());
                }
            } catch (WakeupException | InterruptException | InvalidOffsetException over) {
                throw over;
            } catch (KafkaException failure) {
                if (!failing) {
                    listener.failing(failure);
                }
                failing = true;
                pause();
            }
        }
    }

    private void pause() {
        try {
            // Ends early when told to stop; the loops around it see that.
            stopping |= stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }
}
