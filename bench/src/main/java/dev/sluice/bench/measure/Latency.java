package dev.sluice.bench.measure;

import dev.sluice.bench.load.Clients;
import dev.sluice.bench.load.Marker;
import dev.sluice.bench.load.Watch;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;

/**
 * From the post to the client, by way of publisher, Kafka and edge; beside a bare producer and consumer of the same broker. Both from
 * when the event was to be sent.
 */
final class Latency implements Measure {
    private static final double PER_SECOND = 100;
    private static final int EVENTS = 400;
    /** Posts before the first that counts: a publisher is started once a week, and what its JIT compiler does then is not the way of an event. */
    private static final int WARM_UP = 40_000;

    private static final int WARM_UP_OUTSTANDING = 16;

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException, ExecutionException {
        Settings settings = contest.settings();
        var broker = new Broker(contest.stack());
        String json = "{\"text\":\"" + Marker.EACH + "x".repeat(settings.payload()) + "\"}";
        try (var posts = new Posts(contest.stack())) {
            Publishing.perSecond(WARM_UP, 1, WARM_UP_OUTSTANDING, i -> posts.send(Server.CHANNEL + ".warm-up", json));
            for (int round = -settings.warmup(); round < settings.rounds(); round++) {
                Histogram ours = posted(contest, posts, json);
                Histogram bare = bare(broker, json);
                if (round >= 0) {
                    for (double percentile : new double[] {50, 99}) {
                        String p = "p" + (int) percentile + "Ms";
                        figures.add(p + ".sluice", Quiet.at(ours, percentile));
                        figures.add(p + ".bare", Quiet.at(bare, percentile));
                        figures.add(p + ".above", Quiet.at(ours, percentile) - Quiet.at(bare, percentile));
                    }
                }
            }
        }
    }

    private static Histogram posted(Contest contest, Posts posts, String json)
            throws IOException, InterruptedException, ExecutionException {
        var pace = new Pace(PER_SECOND);
        var watch = new Watch(1, EVENTS, pace::due, () -> {});
        try (Clients client = contest.open(contest.edge(), 1)) {
            client.measure(watch);
            // Nobody waits for an answer before the next is sent, as with the bare producer.
            var answers = new ArrayList<CompletableFuture<Void>>();
            pace.keep(EVENTS, () -> answers.add(posts.send(Server.CHANNEL, json)));
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get();
            watch.await();
            return watch.behindDue();
        }
    }

    private static Histogram bare(Broker broker, String json)
            throws IOException, InterruptedException, ExecutionException {
        var pace = new Pace(PER_SECOND);
        var behindDue = new Histogram(3);
        try (var producer = broker.producer(0);
                var consumer = broker.consumer()) {
            var reading = new FutureTask<Void>(
                    () -> {
                        for (int seen = 0; seen < EVENTS; ) {
                            for (int got = consumer.poll(Duration.ofSeconds(1)).count(); got > 0; got--) {
                                behindDue.recordValue(System.nanoTime() - pace.due(seen++));
                            }
                        }
                    },
                    null);
            new Thread(reading, "bench-bare-consumer").start();
            var record = Broker.record(Server.CHANNEL, json);
            pace.keep(EVENTS, () -> producer.send(Broker.again(record)));
            reading.get();
        }
        return behindDue;
    }
}
