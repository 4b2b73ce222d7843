package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.RevocationBook;
import dev.sluice.contract.revocation.RevocationRecords;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.kafka.SignInClasses;
import dev.sluice.kafka.TopicReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jboss.logging.Logger;

/**
 * Which tokens were taken back, as this replica has read so far. Safe on any thread, never blocks.
 *
 * <p>Until it is known what the topic holds, nobody is let in. When Kafka goes away later, what was read counts on. Where there is no
 * such topic, or Kafka does not let it be read, there are no revocations, which the log and {@code sluice.revocations.read} say.
 */
@Singleton
@Startup
public class Revocations {
    private static final Logger LOG = Logger.getLogger(Revocations.class);
    private static final Problem UNKNOWN = Problem.of(
            Reason.UNAVAILABLE,
            "this replica has just started and does not know yet which tokens were revoked; try again");
    private static final Problem REVOKED =
            new Problem(Reason.REVOKED, "authorization", "the token was revoked; sign in again");

    private final RevocationBook book;
    private final TopicReader reader;
    private final List<Consumer<Revocation>> listeners = new CopyOnWriteArrayList<>();
    private final Clock clock = Clock.systemUTC();
    private volatile boolean known;
    private volatile boolean reading;

    Revocations(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            RevocationsConfig config,
            MeterRegistry registry) {
        if (config.retention().isNegative() || config.retention().isZero()) {
            throw new IllegalArgumentException(
                    "sluice.revocations.retention must be positive, not " + config.retention());
        }
        // Here for the edges as well, whose engine needs this before it makes its own clients.
        SignInClasses.check(kafka);
        this.book = new RevocationBook(config.retention());
        this.reader = new TopicReader("revocations", kafka, config.topic(), new Told(config.topic()), registry);
        Gauge.builder("sluice.revocations", book, RevocationBook::size)
                .description("Revocations that are known")
                .register(registry);
        Gauge.builder("sluice.revocations.read", this, revocations -> revocations.reading ? 1 : 0)
                .description("1 when the topic of revocations is being read; else nothing can be revoked")
                .register(registry);
    }

    @PostConstruct
    void start() {
        reader.start();
    }

    @PreDestroy
    void stop() {
        reader.close();
    }

    /** Whether it is known which tokens were revoked before this replica started. */
    boolean isKnown() {
        return known;
    }

    /** Whether somebody reads on what is revoked, as far as Kafka lets them. */
    boolean isWell() {
        return reader.isWell();
    }

    /** Whether reading fails time and again, so that a new process is worth a try. */
    boolean isHopeless() {
        return reader.isHopeless();
    }

    /** Why the token is not taken; empty when it is. */
    public Optional<Problem> refusal(TokenRef token) {
        if (!known) {
            return Optional.of(UNKNOWN);
        }
        return book.covers(token) ? Optional.of(REVOKED) : Optional.empty();
    }

    /** Whom to tell of a revocation, after {@link #refusal} has begun to heed it, so that nobody slips in between. On one thread. */
    public void onRevocation(Consumer<Revocation> listener) {
        listeners.add(listener);
    }

    private final class Told implements TopicReader.Listener {
        private final String topic;

        Told(String topic) {
            this.topic = topic;
        }

        @Override
        public void reading(int partitions) {
            LOG.infof("Reading the revocations: topic=%s", topic);
            reading = true;
        }

        @Override
        public void read(ConsumerRecord<byte[], byte[]> record) {
            RevocationRecords.read(record)
                    .filter(revocation -> book.apply(revocation, clock.instant()))
                    .ifPresent(revocation -> listeners.forEach(listener -> tell(listener, revocation)));
        }

        private void tell(Consumer<Revocation> listener, Revocation revocation) {
            try {
                listener.accept(revocation);
            } catch (RuntimeException bug) {
                LOG.error("Not every session of a revoked token could be ended", bug);
            }
        }

        @Override
        public void caughtUp() {
            known = true;
        }

        @Override
        public void missing() {
            LOG.warnf("There is no topic of revocations, so that nothing can be revoked: topic=%s", topic);
            reading = false;
            known = true;
        }

        @Override
        public void failing(KafkaException why) {
            LOG.warnf("The revocations can't be read now; trying on: topic=%s error=%s", topic, why);
            reading = false;
            known |= why instanceof AuthorizationException;
        }

        @Override
        public void madeAnew(String why) {
            // What was revoked stays so: somebody may have deleted the topic, but nobody has taken anything back.
            LOG.warnf("The topic of revocations is no longer the one that it was: topic=%s error=%s", topic, why);
            reading = false;
        }
    }
}
