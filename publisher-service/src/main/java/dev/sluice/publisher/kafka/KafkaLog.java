package dev.sluice.publisher.kafka;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The log, for writing. An event is stored when all in-sync replicas have it (acks=all, idempotent producer). While Kafka
 * is away events are refused at once, and it comes back by itself. Safe on any thread, never blocks.
 */
@Singleton
@Startup
public class KafkaLog {
    private static final Logger LOG = Logger.getLogger(KafkaLog.class);
    /** What an event takes besides its data, roughly. */
    private static final int OVERHEAD_BYTES = 1024;

    private final String topic;
    private final long mostInFlight;
    private final AtomicLong inFlight = new AtomicLong();
    private final KafkaWatch watch;

    KafkaLog(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            TopicConfig topic,
            KafkaLogConfig config,
            MeterRegistry registry) {
        this.topic = topic.name();
        this.mostInFlight = config.inFlightSize().asLongValue();
        this.watch = new KafkaWatch(new Clients(kafka, config), topic);
        registry.gauge("sluice.publish.inflight.bytes", inFlight);
    }

    /** @throws IllegalStateException when Kafka answers and the topic can't be used, so that the service does not start */
    @PostConstruct
    void start() {
        watch.start();
    }

    @PreDestroy
    void stop() {
        watch.close();
    }

    /** Why nothing can be stored now; null when it can. */
    @Nullable
    String complaint() {
        return watch.complaint();
    }

    /** Never fails; completes on any thread. */
    public CompletionStage<Receipt> append(Event event) {
        KafkaWatch.Link link = watch.link();
        long now = System.nanoTime();
        if (link == null || link.homes().isStale(now)) {
            return CompletableFuture.completedFuture(unavailable());
        }
        String channel = event.channel().name();
        if (link.homes().isMoving(channel, now)) {
            return CompletableFuture.completedFuture(moving());
        }
        long bytes = event.size() + OVERHEAD_BYTES;
        if (inFlight.addAndGet(bytes) > mostInFlight) {
            inFlight.addAndGet(-bytes);
            return CompletableFuture.completedFuture(limited());
        }
        var receipt = new CompletableFuture<Receipt>();
        send(link, event, (metadata, failure) -> {
            Receipt outcome = failure == null ? stored(event, link.topic(), metadata) : refused(failure);
            if (receipt.complete(outcome)) {
                inFlight.addAndGet(-bytes);
            }
        });
        return receipt;
    }

    private void send(KafkaWatch.Link link, Event event, Callback callback) {
        Producer<String, byte[]> producer = link.producer();
        int partition = link.homes().of(event.channel().name());
        try {
            producer.send(KafkaEvents.toRecord(topic, partition, event), callback);
        } catch (KafkaException | IllegalStateException broken) {
            // The producer itself is beyond repair or closed; what is wrong with one event comes to the callback.
            watch.replace(producer, broken);
            callback.onCompletion(null, broken);
        }
    }

    private static Receipt stored(Event event, TopicBinding topic, RecordMetadata metadata) {
        String cursor = metadata.hasOffset()
                ? new String(
                        new CursorEncoder(topic).single(metadata.partition(), metadata.offset() + 1),
                        StandardCharsets.US_ASCII)
                : null;
        return new Receipt.Stored(event.id(), event.channel(), cursor);
    }

    private static Receipt refused(Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            return new Receipt.Refused(
                    new Problem(Reason.TOO_LARGE, "data", "the event is larger than what Kafka takes in one record"));
        }
        if (failure instanceof BufferExhaustedException) {
            return limited();
        }
        LOG.debugf("Kafka did not acknowledge an event: error=%s", failure.toString());
        return unavailable();
    }

    private static Receipt unavailable() {
        return new Receipt.Refused(Problem.of(
                Reason.UNAVAILABLE, "Kafka does not acknowledge; publish the event again later, with the same id"));
    }

    private static Receipt moving() {
        return new Receipt.Refused(
                Problem.of(
                        Reason.UNAVAILABLE,
                        "partitions were added and this channel moves to another one; publish the event again in some seconds"));
    }

    private static Receipt limited() {
        return new Receipt.Refused(
                Problem.of(Reason.LIMITED, "too much waits for Kafka already; publish the event again a little later"));
    }
}
