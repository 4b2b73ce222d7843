package dev.sluice.publisher.position;

import dev.sluice.kafka.TopicReader;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.position.Positions;
import dev.sluice.contract.position.Positions.Change;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.kafka.TopicReader;
import dev.sluice.publisher.kafka.KafkaLog;
import dev.sluice.publisher.kafka.PositionsConfig;
import dev.sluice.publisher.position.Names.Admission;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jboss.logging.Logger;

/**
 * Writes positions, whoever asks for it, as long as the user has not more names than there may be. The one place that decides that: edges
 * pass on what clients want. Safe on any thread, never blocks.
 */
@Singleton
@Startup
public class PositionKeeper {
    private static final Logger LOG = Logger.getLogger(PositionKeeper.class);
    /** For the own record to be read back; beyond it, what was decided here alone counts. */
    private static final int READ_BACK_SECONDS = 5;

    private static final Problem UNKNOWN =
            Problem.of(Reason.UNAVAILABLE, "this publisher has just started and reads the positions yet; try again");

    private final KafkaLog log;
    private final int most;
    private final Names names;
    private final TopicReader reader;
    private volatile boolean known;
    private volatile boolean reading;

    PositionKeeper(
            KafkaLog log,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            PositionsConfig config,
            MeterRegistry registry) {
        if (config.namesPerUser() < 0) {
            throw new IllegalArgumentException("sluice.positions.names-per-user is 0 or more");
        }
        this.log = log;
        this.most = config.namesPerUser();
        this.names = new Names(most);
        this.reader = new TopicReader("positions", kafka, config.topic(), new Told(config.topic()), registry);
    }

    @PostConstruct
    void start() {
        reader.start();
    }

    @PreDestroy
    void stop() {
        reader.close();
    }

    /** Never fails; completes on any thread, empty when Kafka has it. */
    public CompletionStage<Optional<Problem>> keep(Change change) {
        if (change instanceof Change.Forgotten) {
            return log.keep(change);
        }
        if (!known) {
            return CompletableFuture.completedFuture(Optional.of(UNKNOWN));
        }
        Admission admission = names.admit(change.name(), change instanceof Change.Acknowledged);
        if (admission instanceof Admission.Refused) {
            return CompletableFuture.completedFuture(Optional.of(tooMany()));
        }
        CompletionStage<Optional<Problem>> written = log.keep(change);
        return admission instanceof Admission.Begun begun
                ? written.thenCompose(problem -> settled(change.name(), begun.stays(), problem))
                : written;
    }

    private CompletionStage<Optional<Problem>> settled(
            DurableName name, CompletableFuture<Boolean> stays, Optional<Problem> problem) {
        if (problem.isPresent()) {
            names.giveUp(name);
            return CompletableFuture.completedFuture(problem);
        }
        if (!reading) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return stays.completeOnTimeout(true, READ_BACK_SECONDS, TimeUnit.SECONDS)
                .thenCompose(inTime -> inTime
                        ? CompletableFuture.completedFuture(Optional.<Problem>empty())
                        : log.keep(new Change.Forgotten(name)).thenApply(forgotten -> Optional.of(tooMany())));
    }

    private Problem tooMany() {
        return new Problem(
                        Reason.LIMITED,
                        "durable",
                        "a user has at most " + most + " names; give up one that is not needed any more")
                .beyond(Limit.NAMES);
    }

    private final class Told implements TopicReader.Listener {
        private final String topic;

        Told(String topic) {
            this.topic = topic;
        }

        @Override
        public void reading(int partitions) {
            reading = true;
        }

        @Override
        public void read(ConsumerRecord<byte[], byte[]> record) {
            Positions.read(record).ifPresent(names::apply);
        }

        @Override
        public void caughtUp() {
            known = true;
        }

        @Override
        public void missing() {
            // Then none can be written either.
            known = true;
        }

        @Override
        public void failing(KafkaException why) {
            LOG.warnf(
                    "The positions can't be read now; names are counted as far as they are known: topic=%s error=%s",
                    topic, why);
            reading = false;
            known |= why instanceof AuthorizationException;
        }

        @Override
        public void madeAnew(String why) {
            LOG.warnf("The topic of positions is no longer the one that it was: topic=%s error=%s", topic, why);
            names.clear();
        }
    }
}
