package dev.sluice.bench;

import dev.sluice.bench.load.Marker;
import dev.sluice.bench.load.Protocol;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One edge in a stack of its own, and what feeds it: real Kafka, by a real producer. */
final class EdgeUnderTest {
    private static final String TOPIC = "sluice.events";
    private static final int PAUSE_MILLIS = 50;
    private static final int MOST_LOOKS = 1_200;

    private final LocalStack stack;
    private final Protocol protocol;
    /** All of one length, and each its own: an event that comes again in the dedupe window is dropped. */
    private int nextId = 1_000_000;

    EdgeUnderTest(LocalStack stack, Protocol protocol) {
        this.stack = stack;
        this.protocol = protocol;
    }

    Service service() {
        return stack.service(protocol.edge());
    }

    String token() {
        return stack.identity().token("bench", "reader", "publisher");
    }

    /** Writes so many events; the last one carries the marker. Returns when Kafka has them all. */
    void produce(String channel, int events, int payloadBytes) throws InterruptedException, ExecutionException {
        try (var producer = producer(5)) {
            Future<RecordMetadata> last = null;
            for (int i = 0; i < events; i++) {
                last = producer.send(record(channel, "x".repeat(payloadBytes) + (i == events - 1 ? Marker.TEXT : "")));
            }
            if (last != null) {
                last.get();
            }
        }
    }

    /** Writes so many events, one at a time, at a rate: what is late does not make those after it late. */
    void produceEach(String channel, int events, int payloadBytes, double perSecond) throws IOException {
        try (var producer = producer(0)) {
            Pace.keep(events, perSecond, () -> producer.send(record(channel, "x".repeat(payloadBytes))));
        }
    }

    private KafkaProducer<String, byte[]> producer(int lingerMillis) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        stack.kafka().bootstrapServers(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        lingerMillis),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private ProducerRecord<String, byte[]> record(String channel, String content) {
        int id = nextId++;
        String text = "{\"n\":" + id + ",\"text\":\"" + Marker.EACH + content + "\"}";
        return KafkaEvents.toRecord(
                TOPIC,
                null,
                new Event(
                        new Channel(channel),
                        String.valueOf(id),
                        "/bench",
                        Event.DEFAULT_TYPE,
                        Instant.EPOCH,
                        null,
                        "application/json",
                        null,
                        Map.of(),
                        text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** What the edge itself says it has delivered. */
    long delivered() throws IOException, InterruptedException {
        return (long) sum("sluice_events_delivered_total");
    }

    /** That it says exactly so; it counts a batch after it has written it, so its clients may know before. */
    void requireDelivered(long events) throws IOException, InterruptedException {
        await("that the edge says that it delivered " + events + " events", () -> delivered() >= events);
        if (delivered() != events) {
            throw new IllegalStateException("the edge says that it delivered " + delivered() + ", not " + events);
        }
    }

    /** Waits until the edge has noticed that all its clients have left. */
    void awaitNobody() throws IOException, InterruptedException {
        await("that the edge has no clients", () -> sum("sluice_connections_active") == 0);
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        for (int i = 0; !condition.holds(); i++) {
            if (i == MOST_LOOKS) {
                throw new IOException("waited in vain for " + what);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** What it holds now, after it has let go of what it can. */
    Footprint footprint() throws IOException, InterruptedException {
        String pid = String.valueOf(service().pid());
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        // Twice: what cleaners let go of in the first is gone in the second.
        for (int i = 0; i < 2; i++) {
            Process collection = new ProcessBuilder(jcmd.toString(), pid, "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (collection.waitFor() != 0) {
                throw new IOException("jcmd " + pid + " GC.run failed");
            }
        }
        return new Footprint(
                sum("jvm_memory_used_bytes{area=\"heap\""),
                sum("netty_allocator_memory_used{", "memory_type=\"direct\""),
                resident(pid));
    }

    /** By its collector, until now. */
    Pauses pauses() throws IOException, InterruptedException {
        return new Pauses(
                sum("jvm_gc_pause_seconds_count"), sum("jvm_gc_pause_seconds_sum"), max("jvm_gc_pause_seconds_max"));
    }

    /** Linux tells it in kB. */
    private static double resident(String pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024)
                .sum();
    }

    private double max(String begin) throws IOException, InterruptedException {
        return samples(begin).max().orElse(0);
    }

    private double sum(String begin, String... contained) throws IOException, InterruptedException {
        return samples(begin, contained).sum();
    }

    /** All that begin so and contain the rest. */
    private DoubleStream samples(String begin, String... contained) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + service().port() + "/q/metrics"))
                .build();
        String metrics = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith(begin))
                .filter(line -> Arrays.stream(contained).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
    }

    void pin() {
        Cores.pin(service().pid(), Cores.SERVER);
        Cores.pin(stack.service(Component.KAFKA).pid(), Cores.LOAD);
        Cores.pin(stack.service(Component.IDENTITY).pid(), Cores.LOAD);
        Cores.pin(stack.service(Component.PUBLISHER).pid(), Cores.LOAD);
    }
}
