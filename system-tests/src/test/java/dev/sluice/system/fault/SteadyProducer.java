package dev.sluice.system.fault;

import dev.sluice.system.client.NewEvent;
import dev.sluice.system.client.http.Answer;
import dev.sluice.system.client.http.Producer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Posts numbered events to one channel, one after the other, whatever the answers. It never repeats a number: what was not
 * acknowledged may arrive once or never.
 */
final class SteadyProducer implements AutoCloseable {

    private final Producer producer;
    private final String channel;
    private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
    private final List<Answer> refused = new CopyOnWriteArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> running;
    private volatile boolean stopped;

    SteadyProducer(Producer producer, String channel) {
        this.producer = producer;
        this.channel = channel;
        running = thread.submit(this::post);
    }

    private void post() {
        for (var number = 0; !stopped; number++) {
            var answer = producer.post(NewEvent.text(channel, Integer.toString(number)));
            if (answer.status() == 201) {
                acknowledged.add(number);
            } else {
                refused.add(answer);
            }
        }
    }

    /** The numbers that Kafka has, by the publisher's word. */
    List<Integer> acknowledged() {
        return List.copyOf(acknowledged);
    }

    List<Answer> refused() {
        return List.copyOf(refused);
    }

    /** Waits for the last answer; fails when the producer did. */
    void stop() throws Exception {
        stopped = true;
        running.get();
    }

    @Override
    public void close() {
        stopped = true;
        thread.shutdownNow();
    }
}
