package dev.sluice.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    private final Supervised thread;
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
     * @param reader what it reads, for the name of the thread and for the meter of its restarts: from a closed set
     * @param kafka properties of Kafka's clients ({@code bootstrap.servers}, security)
     */
    public TopicReader(
            String reader, Map<String, Object> kafka, String topic, Listener listener, MeterRegistry registry) {
        this.kafka = ConsumerSettings.of(kafka);
        this.topic = topic;
        this.listener = listener;
        this.thread = new Supervised("sluice-" + reader, reader, registry, this::run);
    }

    /** Once. */
    public void start() {
        thread.start();
    }

    /** Whether its thread is at work, be Kafka there or not; its end is for {@link Supervised}. */
    public boolean isWell() {
        return thread.isWell();
    }

    /** See {@link Supervised#isHopeless}. */
    public boolean isHopeless() {
        return thread.isHopeless();
    }

    @Override
    public void close() {
        thread.close();
        KafkaConsumer<byte[], byte[]> reader = current;
        if (reader != null) {
            reader.wakeup();
        }
    }

    private void run(Supervised self) {
        String lastTold = "";
        while (!self.isStopping()) {
            try (var reader = new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                current = reader;
                if (self.isStopping()) {
                    return;
                }
                self.begun();
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
            self.pause(RETRY);
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
        assign(reader, partitions, partitions);
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        listener.reading(partitions.size());
        boolean behind = true;
        boolean failing = false;
        while (!thread.isStopping()) {
            try {
                if (behind
                        && ends.entrySet().stream().allMatch(end -> reader.position(end.getKey()) >= end.getValue())) {
                    behind = false;
                    listener.caughtUp();
                }
                reader.poll(POLL).forEach(listener::read);
                // By what the consumer knows anyway, which it asks for again from time to time.
                List<TopicPartition> now = partitions(reader);
                if (now.size() > reader.assignment().size()) {
                    List<TopicPartition> added = now.stream()
                            .filter(partition -> !reader.assignment().contains(partition))
                            .toList();
                    assign(reader, now, added);
                }
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
                thread.pause(RETRY);
            }
        }
    }

    /** @param fresh those of them that are read from their begin; the others go on */
    private static void assign(
            KafkaConsumer<byte[], byte[]> reader, List<TopicPartition> all, List<TopicPartition> fresh) {
        Map<TopicPartition, Long> begins = reader.beginningOffsets(fresh);
        reader.assign(all);
        begins.forEach(reader::seek);
    }
}
