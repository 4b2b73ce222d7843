package dev.sluice.client.http;

import dev.sluice.client.NewEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Posts numbered events to one channel, from 0 on, one after the other, whatever the answers. It never repeats a number: what was not
 * acknowledged may arrive once or never.
 */
public final class SteadyProducer implements AutoCloseable {

    private final Producer producer;
    private final String channel;
    private final List<Instant> sent = new CopyOnWriteArrayList<>();
    private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
    private final List<Answer> refused = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> running;
    private volatile boolean stopped;

    /** @param pause between an answer and the next post; more than nothing */
    public SteadyProducer(Producer producer, String channel, Duration pause) {
        this.producer = producer;
        this.channel = channel;
        running = thread.scheduleWithFixedDelay(this::post, 0, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void post() {
        if (stopped) {
            running.cancel(false);
            return;
        }
        var number = sent.size();
        sent.add(Instant.now());
        var answer = producer.post(NewEvent.text(channel, Integer.toString(number)));
        if (answer.status() == 201) {
            acknowledged.add(number);
        } else {
            refused.add(answer);
        }
    }

    /** When a number was about to be posted, by the clock of this machine. */
    public Instant sent(int number) {
        return sent.get(number);
    }

    /** The numbers that Kafka has, by the publisher's word. */
    public List<Integer> acknowledged() {
        return List.copyOf(acknowledged);
    }

    public List<Answer> refused() {
        return List.copyOf(refused);
    }

    /** Waits for the last answer; fails when the producer did. */
    public void stop() throws InterruptedException, ExecutionException {
        stopped = true;
        try {
            running.get();
        } catch (CancellationException orderly) {
            // It cancels itself when it sees that it shall stop.
            return;
        }
    }

    @Override
    public void close() {
        stopped = true;
        thread.shutdownNow();
    }
}
