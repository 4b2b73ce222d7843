package dev.sluice.publisher;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.problem.Problem;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.publisher.kafka.KafkaLog;
import dev.sluice.publisher.kafka.Receipt;
import dev.sluice.publisher.trace.PublishTraces;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Publishes what the caller may publish, whatever protocol it came on. Safe on any thread, never blocks. */
@Singleton
public class Publishing {
    private final KafkaLog log;
    private final PublishMetrics metrics;
    private final Drain drain;
    private final EventRates rates;
    private final Callers callers;
    private final PublishTraces traces;

    Publishing(
            KafkaLog log,
            PublishMetrics metrics,
            Drain drain,
            EventRates rates,
            Callers callers,
            PublishTraces traces) {
        this.log = log;
        this.metrics = metrics;
        this.drain = drain;
        this.rates = rates;
        this.callers = callers;
        this.traces = traces;
    }

    /** Completes when Kafka has the event, or when it is clear that it may not have it; never fails. On any thread. */
    public CompletionStage<Receipt> publish(Caller caller, Form form, Event event) {
        Optional<Problem> refusal = drain.refusal()
                .or(() -> caller.permissions().refusePublish(Channel.ATTRIBUTE, event.channel()))
                .or(() -> rates.take(caller));
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(refuse(form, refusal.get()));
        }
        long started = System.nanoTime();
        PublishTraces.Sending sending = traces.begin(event);
        return log.append(sending.event()).thenApply(receipt -> {
            sending.end(receipt);
            if (receipt instanceof Receipt.Refused refused) {
                metrics.refused(form, refused.problem());
            } else {
                metrics.stored(form, event.size(), started);
            }
            return receipt;
        });
    }

    /** Why nothing is taken of this caller any more, who was let in a while ago; empty when it still is. */
    public Optional<Problem> refusal(Caller caller) {
        return callers.refusal(caller);
    }

    /** The receipt of what can't be published at all. */
    public Receipt refuse(Form form, Problem problem) {
        metrics.refused(form, problem);
        return new Receipt.Refused(problem);
    }
}
