package dev.sluice.fanout.log;

import dev.sluice.contract.event.KafkaEvents;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka again and again whether the topic is what it was: of how many partitions, and not one that was made anew under its name. Reading
 * goes on meanwhile; the answer may take as long as it likes. Belongs to the tail's thread.
 */
final class TopicWatch {
    private static final Logger LOG = Logger.getLogger(TopicWatch.class);

    private final String topic;
    private final Duration interval;
    private final Admin admin;
    private final Runnable pause;
    private Uuid id = Uuid.ZERO_UUID;
    /** When it was asked last, and answered. */
    private long confirmedNanos;

    private @Nullable Asked asked;

    private record Asked(long nanos, CompletableFuture<@Nullable TopicDescription> answer) {}

    /** @param pause lets some time pass before Kafka is asked once more, which it could not answer */
    TopicWatch(String topic, Duration interval, Admin admin, Runnable pause) {
        this.topic = topic;
        this.interval = interval;
        this.admin = admin;
        this.pause = pause;
    }

    /** @return null when told to stop before the topic was there */
    @Nullable
    TopicDescription await(BooleanSupplier isStopping) {
        String lastTold = "";
        while (!isStopping.getAsBoolean()) {
            try {
                return describe().get();
            } catch (ExecutionException notYet) {
                String why = String.valueOf(notYet.getCause());
                if (!why.equals(lastTold)) {
                    LOG.warnf("Waiting for topic '%s': %s", topic, why);
                    lastTold = why;
                }
                pause.run();
            } catch (InterruptedException stopped) {
                return null;
            }
        }
        return null;
    }

    /** Watches this one from now on. */
    void begin(TopicDescription described) {
        id = described.topicId();
        confirmedNanos = System.nanoTime() - interval.toNanos();
        asked = null;
    }

    void askIfDue() {
        if (System.nanoTime() - confirmedNanos > interval.toNanos()) {
            ask();
        }
    }

    /** Whether what is known is too old to hand on records by (see {@link KafkaEvents}). */
    boolean isOld() {
        return System.nanoTime() - confirmedNanos > KafkaEvents.HOME_LEASE.toNanos();
    }

    /** Unless it is being asked. */
    private void ask() {
        if (asked == null) {
            asked = new Asked(System.nanoTime(), describe());
        }
    }

    private CompletableFuture<@Nullable TopicDescription> describe() {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .toCompletionStage()
                .thenApply(topics -> topics.get(topic))
                .toCompletableFuture();
    }

    /** Where nothing can be done without the answer. */
    void askAndWait(Duration most) {
        ask();
        Asked question = asked;
        if (question == null) {
            return;
        }
        try {
            question.answer().get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException unknown) {
            LOG.debugf(unknown, "Kafka does not describe topic '%s'", topic);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    /**
     * Takes the answer to the last question, where there is one.
     *
     * @param partitions is told how many there are
     * @return false when the topic is gone, or was made anew
     */
    boolean confirm(IntConsumer partitions) {
        Asked question = asked;
        if (question == null || !question.answer().isDone()) {
            return true;
        }
        asked = null;
        try {
            TopicDescription now = question.answer().join();
            if (now == null || !now.topicId().equals(id)) {
                LOG.errorf("Topic '%s' was deleted and made anew; beginning anew too", topic);
                return false;
            }
            partitions.accept(now.partitions().size());
            confirmedNanos = question.nanos();
            return true;
        } catch (CompletionException unknown) {
            if (unknown.getCause() instanceof UnknownTopicOrPartitionException) {
                LOG.errorf("Topic '%s' was deleted; waiting for a new one", topic);
                return false;
            }
            // Kafka is away: there is nothing to read either, so that nobody is kept waiting by trying on.
            LOG.debugf("Kafka did not describe topic '%s': %s", topic, unknown.getCause());
            if (isOld()) {
                pause.run();
            }
            return true;
        }
    }
}
