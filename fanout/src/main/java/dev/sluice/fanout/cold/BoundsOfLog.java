package dev.sluice.fanout.cold;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka what the log holds. Who asks while a question is under way shares the next one, since the answer has to be younger than
 * the question: thousands who come back at once cost two. Safe on any thread, never blocks.
 */
public final class BoundsOfLog {
    private static final Logger LOG = Logger.getLogger(BoundsOfLog.class);
    private static final Executor RETRY = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final Admin admin;
    private final String topic;
    private final LogTimes times;
    private final Optional<Duration> maxRewind;
    private final Clock clock;

    // Guarded by this.
    private @Nullable Question running;
    private @Nullable Question waiting;

    private record Question(int partitions, CompletableFuture<LogBounds> answer) {}

    /** @param maxRewind empty: as far as the log reaches */
    public BoundsOfLog(Admin admin, String topic, LogTimes times, Optional<Duration> maxRewind, Clock clock) {
        this.admin = admin;
        this.topic = topic;
        this.times = times;
        this.maxRewind = maxRewind;
        this.clock = clock;
    }

    CompletionStage<LogBounds> ask(int partitions) {
        Question question;
        synchronized (this) {
            Question next = waiting;
            if (next != null && next.partitions() >= partitions) {
                return next.answer();
            }
            question = new Question(partitions, next == null ? new CompletableFuture<>() : next.answer());
            if (running != null) {
                waiting = question;
                return question.answer();
            }
            running = question;
        }
        put(question);
        return question.answer();
    }

    private void put(Question question) {
        int partitions = question.partitions();
        list(OffsetSpec.earliest(), partitions)
                .thenCompose(begin -> limit(partitions).thenCompose(limit -> list(OffsetSpec.latest(), partitions)
                        .thenApply(end -> new LogBounds(begin, limit, end))))
                .whenComplete((bounds, failure) -> {
                    if (bounds == null) {
                        LOG.debugf(failure, "Kafka did not say what topic '%s' holds; asking again", topic);
                        RETRY.execute(() -> put(question));
                    } else {
                        answered(question, bounds);
                    }
                });
    }

    private void answered(Question question, LogBounds bounds) {
        Question next;
        synchronized (this) {
            next = waiting;
            running = next;
            waiting = null;
        }
        question.answer().complete(bounds);
        if (next != null) {
            put(next);
        }
    }

    private CompletionStage<long[]> limit(int partitions) {
        return maxRewind
                .map(rewind -> times.offsetsAt(Instant.now(clock).minus(rewind), partitions))
                .orElseGet(() -> CompletableFuture.completedStage(new long[partitions]));
    }

    private CompletionStage<long[]> list(OffsetSpec spec, int partitions) {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            request.put(new TopicPartition(topic, i), spec);
        }
        return admin.listOffsets(request).all().toCompletionStage().thenApply(answers -> {
            long[] offsets = new long[partitions];
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> answer : answers.entrySet()) {
                offsets[answer.getKey().partition()] = answer.getValue().offset();
            }
            return offsets;
        });
    }
}
