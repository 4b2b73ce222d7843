package dev.sluice.fanout.position;

import dev.sluice.contract.position.Positions;
import dev.sluice.fanout.log.ConsumerSettings;
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
import org.jboss.logging.Logger;

/**
 * Reads the compacted topic of positions, all of it and then on, into the book. While the topic is missing, or Kafka is away, it tries
 * on; acknowledged subscriptions can't begin meanwhile, all others can. One thread of its own.
 */
public final class PositionTail implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PositionTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Map<String, Object> kafka;
    private final String topic;
    private final PositionBook book;
    private final Thread thread = new Thread(this::run, "sluice-positions");
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean stopping;

    /** @param kafka properties of Kafka's clients ({@code bootstrap.servers}, security) */
    public PositionTail(Map<String, Object> kafka, String topic, PositionBook book) {
        this.kafka = ConsumerSettings.of(kafka);
        this.topic = topic;
        this.book = book;
    }

    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        stopping = true;
        stop.countDown();
        thread.interrupt();
    }

    private void run() {
        String lastTold = "";
        while (!stopping) {
            try (var reader = new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> partitions = partitions(reader);
                if (partitions.isEmpty()) {
                    if (!lastTold.equals("missing")) {
                        LOG.infof("Topic '%s' is not there; no acknowledged subscriptions until it is", topic);
                        lastTold = "missing";
                    }
                } else {
                    read(reader, partitions);
                }
            } catch (WakeupException | InterruptException stopped) {
                LOG.debug("The tail of the positions was stopped");
                return;
            } catch (InvalidOffsetException gone) {
                LOG.errorf(
                        "The topic of positions is no longer the one that it was; reading it anew: %s",
                        gone.getMessage());
                book.clear();
            } catch (KafkaException failure) {
                String why = failure.toString();
                if (!why.equals(lastTold)) {
                    LOG.warnf("Topic '%s' can't be read yet: %s", topic, why);
                    lastTold = why;
                }
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
        LOG.infof("Reading topic '%s' (%d partitions)", topic, partitions.size());
        boolean failing = false;
        while (!stopping) {
            try {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                    Positions.read(record).ifPresent(book::apply);
                }
                failing = false;
            } catch (WakeupException | InterruptException | InvalidOffsetException over) {
                throw over;
            } catch (KafkaException failure) {
                if (!failing) {
                    LOG.warnf(failure, "Reading topic '%s' fails; trying on", topic);
                }
                failing = true;
                pause();
            }
        }
    }

    private void pause() {
        try {
            // Ends early when told to stop; the loops around it see that.
            boolean told = stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
            LOG.tracef("Paused; told to stop: %s", told);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }
}
