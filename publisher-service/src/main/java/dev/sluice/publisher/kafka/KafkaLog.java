package dev.sluice.publisher.kafka;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.contract.position.Positions;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.RevocationRecords;
import dev.sluice.identity.RevocationsConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

    private static final Problem UNAVAILABLE = Problem.of(
            Reason.UNAVAILABLE, "Kafka does not acknowledge; publish the event again later, with the same id");
    private static final Problem MOVING = Problem.of(
            Reason.UNAVAILABLE,
            "partitions were added and this channel moves to another one; publish the event again in some seconds");
    private static final Problem LIMITED = Problem.of(
                    Reason.LIMITED, "too much waits for Kafka already; publish the event again a little later")
            .beyond(Limit.IN_FLIGHT);

    private final String topic;
    private final String positions;
    private final String revocations;
    private final long mostInFlight;
    private final AtomicLong inFlight = new AtomicLong();
    private final KafkaWatch watch;

    KafkaLog(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            TopicConfig topic,
            PositionsConfig positions,
            RevocationsConfig revocations,
            KafkaLogConfig config,
            MeterRegistry registry) {
        this.topic = topic.name();
        this.positions = positions.topic();
        this.revocations = revocations.topic();
        this.mostInFlight = config.inFlightSize().asLongValue();
        this.watch = new KafkaWatch(new Clients(kafka, config), topic, positions, revocations);
        Gauge.builder("sluice.publish.inflight.bytes", inFlight, AtomicLong::get)
                .description("Data that waits for Kafka's acknowledgement")
                .register(registry);
        Gauge.builder("sluice.ready", watch, to -> to.complaint() == null ? 1 : 0)
                .description("1 when this replica can do its work")
                .register(registry);
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
            return CompletableFuture.completedFuture(new Receipt.Refused(UNAVAILABLE));
        }
        String channel = event.channel().name();
        if (link.homes().isMoving(channel, now)) {
            return CompletableFuture.completedFuture(new Receipt.Refused(MOVING));
        }
        Homes homes = link.homes();
        var record = KafkaEvents.toRecord(topic, homes.of(channel), event);
        return write(
                link,
                record,
                event.size(),
                metadata -> stored(event, link.topic(), homes.count(), metadata),
                Receipt.Refused::new);
    }

    /** Keeps a change of a position. Never fails; completes on any thread, empty when Kafka has it. */
    public CompletionStage<Optional<Problem>> keep(Positions.Change change) {
        KafkaWatch.Link link = watch.link();
        if (link == null || link.positionPartitions() == 0) {
            return CompletableFuture.completedFuture(
                    Optional.of(Problem.of(Reason.UNAVAILABLE, "Kafka takes no positions now; try again later")));
        }
        var record = Positions.toRecord(positions, link.positionPartitions(), change);
        return write(link, record, record.key().length(), metadata -> Optional.empty(), Optional::of);
    }

    /** Tells all replicas. Never fails; completes on any thread, empty when Kafka has it. */
    public CompletionStage<Optional<Problem>> revoke(Revocation revocation) {
        KafkaWatch.Link link = watch.link();
        if (link == null || !link.takesRevocations()) {
            return CompletableFuture.completedFuture(Optional.of(
                    Problem.of(Reason.UNAVAILABLE, "Kafka takes no revocations now; nothing was revoked, try again")));
        }
        var record = RevocationRecords.toRecord(revocations, revocation);
        return write(link, record, record.value().length, metadata -> Optional.empty(), Optional::of);
    }

    /** Completes with what one of the two functions makes of the outcome. */
    private <T> CompletionStage<T> write(
            KafkaWatch.Link link,
            ProducerRecord<String, byte[]> record,
            int size,
            Function<RecordMetadata, T> stored,
            Function<Problem, T> refused) {
        long bytes = size + OVERHEAD_BYTES;
        if (inFlight.addAndGet(bytes) > mostInFlight) {
            inFlight.addAndGet(-bytes);
            return CompletableFuture.completedFuture(refused.apply(LIMITED));
        }
        var outcome = new CompletableFuture<T>();
        send(link, record, (metadata, failure) -> {
            if (outcome.complete(failure == null ? stored.apply(metadata) : refused.apply(problem(failure)))) {
                inFlight.addAndGet(-bytes);
            }
        });
        return outcome;
    }

    private void send(KafkaWatch.Link link, ProducerRecord<String, byte[]> record, Callback callback) {
        Producer<String, byte[]> producer = link.producer();
        try {
            producer.send(record, callback);
        } catch (KafkaException | IllegalStateException broken) {
            // The producer itself is beyond repair or closed; what is wrong with one event comes to the callback.
            watch.replace(producer, broken);
            callback.onCompletion(null, broken);
        }
    }

    private static Receipt stored(Event event, TopicBinding topic, int partitions, RecordMetadata metadata) {
        String cursor = metadata.hasOffset()
                ? new String(
                        new CursorEncoder(topic).single(partitions, metadata.partition(), metadata.offset() + 1),
                        StandardCharsets.US_ASCII)
                : null;
        return new Receipt.Stored(event.id(), event.channel(), cursor);
    }

    private static Problem problem(Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            return new Problem(Reason.TOO_LARGE, "data", "the event is larger than what Kafka takes in one record")
                    .beyond(Limit.EVENT_SIZE);
        }
        if (failure instanceof BufferExhaustedException) {
            return LIMITED;
        }
        LOG.debugf("Kafka did not acknowledge a record: error=%s", failure.toString());
        return UNAVAILABLE;
    }
}
