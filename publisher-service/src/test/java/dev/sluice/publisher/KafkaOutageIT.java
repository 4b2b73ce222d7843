package dev.sluice.publisher;

import static dev.sluice.publisher.HttpPublishingIT.assertRefused;
import static dev.sluice.publisher.PublisherStack.ALICE;
import static dev.sluice.publisher.PublisherStack.STACK;
import static dev.sluice.publisher.PublisherStack.get;
import static dev.sluice.publisher.PublisherStack.json;
import static dev.sluice.publisher.PublisherStack.post;
import static dev.sluice.publisher.PublisherStack.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.local.Component;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full")
class KafkaOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PRODUCERS = 4;
    /** Those who are refused must not keep the machine so busy that Kafka doesn't come up beside them. */
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final ScheduledExecutorService producers = Executors.newScheduledThreadPool(PRODUCERS);

    /** All of it starts with its first use: that must not be a post that somebody waits for. */
    @BeforeAll
    static void start() {
        STACK.service(Component.PUBLISHER).start();
    }

    /** The other suites use the same Kafka and the same publisher. */
    @AfterEach
    void restore() {
        producers.shutdownNow();
        STACK.kafka().start();
        STACK.service(Component.PUBLISHER).start();
    }

    @Test
    void shouldRefuseWhileKafkaIsAwayAndLoseNothingThatItAcknowledged() throws Exception {
        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        Queue<Integer> others = new ConcurrentLinkedQueue<>();
        var numbers = new AtomicInteger();
        IntFunction<ScheduledFuture<?>> producer = number -> producers.scheduleWithFixedDelay(
                () -> {
                    String id = "o-" + numbers.incrementAndGet();
                    var answer =
                            post("/v1/channels/rooms.outage" + number + "/events", ALICE, "x", "Idempotency-Key", id);
                    if (answer.statusCode() == 201) {
                        acknowledged.add(json(answer).get("id").asText());
                    } else {
                        others.add(answer.statusCode());
                    }
                },
                0,
                PAUSE.toMillis(),
                TimeUnit.MILLISECONDS);
        var running = IntStream.range(0, PRODUCERS).mapToObj(producer).toList();
        var posting = await().atMost(PATIENCE)
                .failFast("a producer has failed", () -> running.stream().anyMatch(Future::isDone));
        posting.until(() -> acknowledged.size() > 100);

        STACK.kafka().kill();
        posting.until(() -> get("/q/health/ready").statusCode() == 503);
        assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
        long asked = System.nanoTime();
        HttpResponse<String> refused = post("/v1/channels/rooms.outage/events", ALICE, "x");
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2));
        assertRefused(refused, 503, "");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        var batch = post(
                "/v1/events",
                ALICE,
                "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"channel\":\"rooms.outage\"}]",
                "Content-Type",
                "application/cloudevents-batch+json");
        assertRefused(batch, 503, "");
        // What was under way expires while Kafka is away: the worst case for an idempotent producer.
        posting.until(() -> get("/q/metrics").body().contains("sluice_publish_inflight_bytes 0.0"));

        STACK.kafka().start();
        int before = acknowledged.size();
        posting.until(() -> acknowledged.size() > before + 100);
        // Periodic tasks end with it; each that is under way is finished.
        producers.shutdown();
        assertThat(producers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        assertThat(others).isNotEmpty().allMatch(status -> status == 503 || status == 429);
        List<String> stored = records().stream()
                .filter(record -> record.key() != null && record.key().startsWith("rooms.outage"))
                .map(record -> new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8))
                .toList();
        assertThat(stored).containsAll(acknowledged);
        Map<String, Long> times = stored.stream().collect(Collectors.groupingBy(id -> id, Collectors.counting()));
        assertThat(times).allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
        assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldStartWithoutKafkaAndGetReadyWhenItComes() throws Exception {
        var publisher = STACK.service(Component.PUBLISHER);
        publisher.stop();
        STACK.kafka().stop();
        var start = CompletableFuture.runAsync(publisher::start);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> get("/q/health/live").statusCode() == 200);
        assertThat(get("/q/health/ready").statusCode()).isEqualTo(503);
        assertRefused(post("/v1/channels/rooms.early/events", ALICE, "x"), 503, "");

        STACK.kafka().start();
        start.get(60, TimeUnit.SECONDS);
        assertThat(post("/v1/channels/rooms.early/events", ALICE, "x").statusCode())
                .isEqualTo(201);
    }
}
