package dev.sluice.publisher;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.publisher.kafka.KafkaLogConfig;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * The way out: from SIGTERM on nothing new is taken, and the process ends when everybody who asked before has an answer. Not
 * Quarkus's own graceful shutdown, whose refusals say neither why nor when to come back. Safe on any thread.
 */
@Singleton
public class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);
    /** Before anything that may answer. */
    private static final int PRIORITY = 1_000;
    /** For the answers to get out, above the time that Kafka has to acknowledge. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final Problem REFUSAL = Problem.of(
            Reason.DRAINING, "this replica is going away; publish the event again, another one will take it");

    private final Duration patience;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<Runnable> streams = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private volatile boolean draining;

    Drain(KafkaLogConfig kafka) {
        this.patience = kafka.acknowledgeTimeout().plus(SLACK);
    }

    /** Why nothing is taken any more; empty as long as that is not so. */
    public Optional<Problem> refusal() {
        return draining ? Optional.of(REFUSAL) : Optional.empty();
    }

    /** What is to be told when the end begins, or at once when it has begun. The listener may be called twice, on any thread. */
    public void enter(Runnable stream) {
        streams.add(stream);
        if (draining) {
            stream.run();
        }
    }

    /** It has ended by itself. */
    public void leave(Runnable stream) {
        streams.remove(stream);
    }

    void register(@Observes Filters filters) {
        filters.register(this::count, PRIORITY);
    }

    private void count(RoutingContext context) {
        underWay.incrementAndGet();
        context.addEndHandler(over -> {
            if (underWay.decrementAndGet() == 0 && draining) {
                answered.complete(null);
            }
        });
        if (context.request().version() != HttpVersion.HTTP_2) {
            context.addHeadersEndHandler(answering -> {
                if (draining) {
                    // So that the producer does not post into a connection that is about to be closed.
                    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                }
            });
        }
        context.next();
    }

    /** The process was told to end (SIGTERM); returns when nobody waits for an answer any more. */
    void drain(@Observes ShutdownDelayInitiatedEvent told) throws InterruptedException {
        draining = true;
        LOG.infof("Draining: underWay=%d", underWay.get());
        streams.forEach(Runnable::run);
        if (underWay.get() == 0) {
            answered.complete(null);
        }
        try {
            answered.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info("Drained");
        } catch (TimeoutException late) {
            LOG.warnf("Not everybody has an answer: underWay=%d patience=%s", underWay.get(), patience);
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug);
        }
    }
}
