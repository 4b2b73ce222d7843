package dev.sluice.system.fault;

import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Producer;
import dev.sluice.local.Component;
import dev.sluice.system.stack.Network;
import dev.sluice.system.stack.Sluice;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One producer a channel, each of which posts one event, or one batch, after the other, and repeats it with the same ids until it is
 * acknowledged. Safe for use by several threads.
 */
final class Producers implements AutoCloseable {

    private static final String BATCH = "application/cloudevents-batch+json";
    /** An event's size changes from one to the next, up to this: a slow client has to fill what kernels and edge hold for it. */
    private static final int LARGEST = 2_400;

    private final Ledger ledger;
    private final Network network = new Network();
    private final Producer publisher;
    private final List<Line> lines;
    private final ScheduledExecutorService threads;
    private final AtomicInteger repeats = new AtomicInteger();
    private volatile boolean paused = true;
    private volatile boolean batchUnderWay;
    private volatile @Nullable Throwable failure;

    /**
     * Paused at first.
     *
     * @param bulk the channel that gets batches
     * @param pause of each producer between an answer and its next post
     */
    Producers(Sluice sluice, Ledger ledger, List<String> channels, String bulk, int batch, Duration pause) {
        this.ledger = ledger;
        publisher = new Producer(network.to(sluice.url(Component.PUBLISHER)), sluice.admin());
        lines = new ArrayList<>();
        channels.forEach(channel -> lines.add(new Line(channel, 1)));
        lines.add(new Line(bulk, batch));
        threads = Executors.newScheduledThreadPool(lines.size());
        lines.forEach(line ->
                threads.scheduleWithFixedDelay(line::post, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The way to the publisher. */
    Network network() {
        return network;
    }

    /** How many posts were repeated, because they were refused or not answered. */
    int repeats() {
        return repeats.get();
    }

    /** Whether a batch was sent that is not answered yet. */
    boolean isBatchUnderWay() {
        return batchUnderWay;
    }

    /** Nobody begins anything new; what is not acknowledged yet is still repeated. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    /** Whether everything that was sent is acknowledged; while paused it stays so. */
    boolean isQuiet() {
        return lines.stream().allMatch(Line::isQuiet);
    }

    /** Fails when a producer was answered what it must not be. */
    void requireHealthy() {
        var cause = failure;
        if (cause != null) {
            throw new AssertionError("a producer failed", cause);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        network.close();
    }

    /** One channel's producer, on one thread at a time. */
    private final class Line {
        private final String channel;
        private final int batch;
        private int begun;
        private List<Tick> pending = List.of();

        Line(String channel, int batch) {
            this.channel = channel;
            this.batch = batch;
        }

        synchronized boolean isQuiet() {
            return pending.isEmpty();
        }

        void post() {
            var ticks = next();
            if (ticks.isEmpty()) {
                return;
            }
            try {
                remaining(batch == 1 ? single(ticks) : batch(ticks));
            } catch (UncheckedIOException unanswered) {
                // The log may have it or not: the same post again will tell.
                batchUnderWay = false;
            } catch (RuntimeException | AssertionError broken) {
                failure = broken;
                throw broken;
            }
        }

        /** What was not acknowledged yet, else something new, else nothing. Whoever sees us quiet while paused can rely on it. */
        private synchronized List<Tick> next() {
            if (!pending.isEmpty()) {
                repeats.incrementAndGet();
            } else if (!paused) {
                pending = IntStream.range(begun, begun + batch)
                        .mapToObj(number -> new Tick(channel, number, 37 * number % LARGEST))
                        .toList();
                begun += batch;
                pending.forEach(tick -> ledger.sent(channel, tick.id()));
            }
            return pending;
        }

        private synchronized void remaining(List<Tick> ticks) {
            pending = ticks;
        }

        /** @return what has to be posted again */
        private List<Tick> single(List<Tick> ticks) {
            var answer = publisher.post(ticks.get(0).event());
            if (answer.status() == 201) {
                ledger.acknowledged(
                        channel, ticks.get(0).id(), answer.json().path("cursor").asText());
                return List.of();
            }
            requireTryLater(answer);
            return ticks;
        }

        private List<Tick> batch(List<Tick> ticks) {
            var body = ticks.stream().map(Tick::structured).toList();
            batchUnderWay = true;
            var answer = publisher.events(BATCH, "[" + String.join(",", body) + "]");
            batchUnderWay = false;
            if (answer.status() != 200) {
                requireTryLater(answer);
                return ticks;
            }
            var results = answer.json().path("results");
            var again = new ArrayList<Tick>();
            for (var i = 0; i < ticks.size(); i++) {
                var result = results.path(i);
                if (result.path("id").asText().equals(ticks.get(i).id())) {
                    ledger.acknowledged(
                            channel, ticks.get(i).id(), result.path("cursor").asText());
                } else if (result.path("error").path("reason").asText().equals("unavailable")) {
                    again.add(ticks.get(i));
                } else {
                    throw new AssertionError("an event of a batch was answered by " + result);
                }
            }
            return again;
        }

        private void requireTryLater(Answer answer) {
            if (!answer.refusal().summary().equals("503 unavailable")) {
                throw new AssertionError("a post was answered by " + answer);
            }
        }
    }
}
