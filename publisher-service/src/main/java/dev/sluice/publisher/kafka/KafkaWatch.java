package dev.sluice.publisher.kafka;

import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.identity.RevocationsConfig;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the link to Kafka: finds the topic, asks every second whether Kafka still answers, and makes a new producer when
 * one breaks. All of that on a thread of its own; the state that it publishes is read by any.
 */
final class KafkaWatch {
    private static final Logger LOG = Logger.getLogger(KafkaWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** Between two looks at whether the producer has its metadata; it fetches them in the background. */
    private static final Duration METADATA_PERIOD = Duration.ofMillis(20);
    /** How long the start waits for a verdict; without one the service starts and is not ready. */
    private static final Duration START_PATIENCE = Clients.PATIENCE.plusSeconds(3);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final Clients clients;
    private final TopicConfig config;
    private final Topic topic;
    private final SideTopic positions;
    private final SideTopic revocations;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var created = new Thread(task, "sluice-kafka-watch");
        created.setDaemon(true);
        return created;
    });
    private final CountDownLatch verdict = new CountDownLatch(1);
    private final AtomicReference<@Nullable Producer<String, byte[]>> broken = new AtomicReference<>();

    private volatile State state = new Away("Kafka has not answered yet", null);

    // Only touched on the thread.
    private @Nullable Admin admin;
    private @Nullable Producer<String, byte[]> producer;
    private boolean timestampsChecked;
    private @Nullable Link lastLink;

    /**
     * What is needed to write.
     *
     * @param positionPartitions of the topic of positions; 0 while that can't be written
     * @param takesRevocations whether the topic of revocations can be written
     */
    record Link(
            Producer<String, byte[]> producer,
            TopicBinding topic,
            Homes homes,
            int positionPartitions,
            boolean takesRevocations)
            implements State {}

    /** @param unusable when Kafka answers, but somebody has to do something */
    private record Away(String why, @Nullable TopicUnusable unusable) implements State {}

    private sealed interface State {}

    KafkaWatch(Clients clients, TopicConfig config, PositionsConfig positions, RevocationsConfig revocations) {
        this.clients = clients;
        this.config = config;
        this.topic = new Topic(WantedTopic.events(config));
        this.positions = new SideTopic(WantedTopic.positions(positions, config), "acknowledged subscriptions");
        this.revocations = new SideTopic(WantedTopic.revocations(revocations, config), "revocations");
    }

    /** @throws IllegalStateException when Kafka answers and the topic can't be used */
    void start() {
        validate();
        thread.execute(this::look);
        try {
            if (!verdict.await(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Kafka does not answer yet; the service starts, and is ready when Kafka is");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while starting", stopped);
        }
        if (state instanceof Away away && away.unusable() != null) {
            close();
            throw new IllegalStateException(away.why(), away.unusable());
        }
    }

    private void validate() {
        if (config.partitions() < 1) {
            throw new IllegalStateException("sluice.topic.partitions must be 1 or more, not " + config.partitions());
        }
        if (config.replicationFactor() == 0 || config.replicationFactor() < -1) {
            throw new IllegalStateException(
                    "sluice.topic.replication-factor must be -1 or 1 or more, not " + config.replicationFactor());
        }
        if (config.retention().isNegative() || config.retention().isZero()) {
            throw new IllegalStateException("sluice.topic.retention must be positive, not " + config.retention());
        }
    }

    /** Null while nothing can be written. */
    @Nullable
    Link link() {
        return state instanceof Link link ? link : null;
    }

    /** Why nothing can be written; null when it can. */
    @Nullable
    String complaint() {
        return state instanceof Away away ? away.why() : null;
    }

    /** Says that the producer will never work again. */
    void replace(Producer<String, byte[]> dead, Exception why) {
        if (broken.getAndSet(dead) != dead) {
            LOG.warnf("The Kafka producer is broken, a new one is made: error=%s", why.toString());
        }
    }

    private void look() {
        Duration next = PERIOD;
        try {
            long asked = System.nanoTime();
            Topic.Found found = topic.find(admin());
            if (!timestampsChecked) {
                topic.checkTimestamps(admin());
                timestampsChecked = true;
            }
            Producer<String, byte[]> ready = producer();
            if (SideTopic.partitions(ready, config.name()) >= found.partitions()) {
                become(new Link(
                        ready,
                        found.binding(),
                        homes(found, asked),
                        positions.partitions(admin(), ready),
                        revocations.partitions(admin(), ready) > 0));
            } else {
                next = METADATA_PERIOD;
            }
        } catch (TopicUnusable unusable) {
            become(new Away(String.valueOf(unusable.getMessage()), unusable));
        } catch (KafkaException away) {
            become(new Away("Kafka does not answer: " + away.getMessage(), null));
        } finally {
            if (!thread.isShutdown()) {
                thread.schedule(this::look, next.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void become(State seen) {
        State before = state;
        state = seen;
        if (seen instanceof Link link) {
            lastLink = link;
            if (before instanceof Away) {
                LOG.infof("Kafka takes events: topic=%s", config.name());
            } else if (before instanceof Link old && !old.topic().equals(link.topic())) {
                LOG.warnf(
                        "The topic was deleted and made anew; older cursors point to nothing: topic=%s", config.name());
            }
            verdict.countDown();
        } else if (seen instanceof Away away) {
            if (!(before instanceof Away same) || !same.why().equals(away.why())) {
                LOG.warnf("Kafka takes no events: topic=%s error=%s", config.name(), away.why());
            }
            if (away.unusable() != null) {
                verdict.countDown();
            }
        }
    }

    private Admin admin() {
        if (admin == null) {
            admin = clients.admin();
        }
        return admin;
    }

    private Producer<String, byte[]> producer() {
        if (producer != null && broken.compareAndSet(producer, null)) {
            producer.close(Duration.ZERO);
            producer = null;
        }
        if (producer == null) {
            producer = clients.producer();
        }
        return producer;
    }

    /**
     * What was known of the same topic counts on, also when Kafka was away in between.
     *
     * @param asked when Kafka was asked: its answer is no younger than that for sure
     */
    private Homes homes(Topic.Found found, long asked) {
        Link last = lastLink;
        if (last == null || !last.topic().equals(found.binding())) {
            return Homes.first(found.partitions(), asked);
        }
        Homes next = last.homes().confirmed(found.partitions(), asked, System.nanoTime());
        if (next.count() != last.homes().count()) {
            LOG.infof(
                    "Partitions were added: topic=%s partitions=%d before=%d; channels that move wait for %s",
                    config.name(), next.count(), next.before(), KafkaEvents.HOME_HOLD);
        }
        return next;
    }

    /** Waits for what was sent. */
    void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A question to Kafka did not end in time");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        state = new Away("the service stops", null);
        if (producer != null) {
            producer.close(CLOSE_PATIENCE);
        }
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
