package dev.sluice.publisher;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.identity.Caller;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many events each user publishes a second. Safe on any thread. */
@Singleton
class EventRates {
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final int perSecond;
    private final long burst;
    private final TimeMeter time;
    private final Optional<Problem> refusal;
    private final ConcurrentMap<User, Bucket> buckets = new ConcurrentHashMap<>();

    private record User(String issuer, String subject) {}

    @Inject
    EventRates(PublisherConfig config) {
        this(config.userEventsPerSecond(), TimeMeter.SYSTEM_NANOTIME);
    }

    /** @param perSecond 0: any number */
    EventRates(int perSecond, TimeMeter time) {
        if (perSecond < 0) {
            throw new IllegalArgumentException(
                    "sluice.publisher.user-events-per-second is positive, or 0 for no limit");
        }
        this.perSecond = perSecond;
        this.burst = 2L * perSecond;
        this.time = time;
        this.refusal = Optional.of(Problem.of(
                        Reason.LIMITED,
                        "a user publishes at most " + perSecond
                                + " events a second; publish the event again a little later")
                .beyond(Limit.EVENT_RATE));
    }

    void start(@Observes Startup started, Vertx vertx) {
        if (perSecond > 0) {
            vertx.setPeriodic(SWEEP.toMillis(), again -> sweep());
        }
    }

    /** Counts an event; a refusal when it is one too many of its user now. */
    Optional<Problem> take(Caller caller) {
        if (perSecond == 0) {
            return Optional.empty();
        }
        Bucket bucket = buckets.computeIfAbsent(new User(caller.issuer(), caller.subject()), first -> newBucket());
        return bucket.tryConsume(1) ? Optional.empty() : refusal;
    }

    private Bucket newBucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .withCustomTimePrecision(time)
                .build();
    }

    /** Whose bucket is full is as if he had never been here. */
    void sweep() {
        buckets.values().removeIf(bucket -> bucket.getAvailableTokens() >= burst);
    }

    int users() {
        return buckets.size();
    }
}
