package dev.sluice.fanout.log;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * How long what was read of some partitions waits for what others may have that is older. Only while the log is caught up with, and for a while
 * after partitions were added, does the order of two partitions mean anything. Belongs to the tail's thread.
 */
final class Patience {
    private static final Logger LOG = Logger.getLogger(Patience.class);
    /** For a partition of which Kafka gives nothing, because its broker is away for example. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final String topic;
    private final OrderSpan ordered = new OrderSpan(System::nanoTime);
    /** The partition that the others wait for, or -1, and since when. */
    private int awaited = -1;

    private long awaitedNanos;
    /** Those that were waited for in vain. */
    private final Set<Integer> givenUp = new HashSet<>();

    Patience(String topic) {
        this.topic = topic;
    }

    /** The log is read anew, and nothing of it is known. */
    void begin() {
        ordered.begin();
        givenUp.clear();
    }

    /** From now on the order of partitions means something again, for a while. */
    void partitionsAdded() {
        ordered.begin();
    }

    /** There is something of this partition. */
    void has(int partition) {
        givenUp.remove(partition);
        if (partition == awaited) {
            awaited = -1;
        }
    }

    /** Whether the others have to wait for what this one may still have. */
    boolean mayHaveMore(Consumer<?, ?> reader, int partition, boolean caughtUp) {
        return (!caughtUp || !ordered.isOver())
                && !givenUp.contains(partition)
                && reader.currentLag(new TopicPartition(topic, partition)).orElse(1) > 0;
    }

    /** @param partition that the others wait for now; -1: none */
    void waitFor(int partition) {
        if (partition != awaited) {
            awaited = partition;
            awaitedNanos = System.nanoTime();
        } else if (partition >= 0 && System.nanoTime() - awaitedNanos > LONGEST.toNanos()) {
            LOG.warnf(
                    "Kafka gives nothing of %s-%d, which has more; the other partitions go on without it",
                    topic, partition);
            givenUp.add(partition);
        }
    }
}
