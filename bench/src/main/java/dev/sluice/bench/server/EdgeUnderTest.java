package dev.sluice.bench.server;

import dev.sluice.bench.load.Marker;
import dev.sluice.bench.load.Protocol;
import dev.sluice.local.LocalStack;
import dev.sluice.local.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
public final class EdgeUnderTest implements Server {
    private static final String TOPIC = "sluice.events";
    private static final int PAUSE_MILLIS = 50;
    private static final int MOST_LOOKS = 1_200;

    private final LocalStack stack;
    private final Protocol protocol;
    private final int payload;
    private final KafkaProducer<String, byte[]> producer;
    /** All of one length, and each its own: an event that comes again in the dedupe window is dropped. */
    private int nextId = 1_000_000;

    /** @param payload bytes of text an event */
    public EdgeUnderTest(LocalStack stack, Protocol protocol, int payload) {
        this.stack = stack;
        this.protocol = protocol;
        this.payload = payload;
        this.producer = producer(0);
    }

    @Override
    public long pid() {
        return service().pid();
    }

    @Override
    public int port() {
        return service().port();
    }

    private Service service() {
        return stack.service(protocol.edge());
    }

    @Override
    public String token() {
        return stack.identity().token("bench", "reader", "publisher");
    }

    /** Returns when Kafka has them all. */
    @Override
    public void sendAll(int events) throws InterruptedException, ExecutionException {
        // Batches are not sent before they are full: what is measured is the edge, not how it waits for a producer.
        try (var batching = producer(5)) {
            Future<RecordMetadata> last = null;
            for (int i = 0; i < events; i++) {
                last = batching.send(record(CHANNEL, "x".repeat(payload) + (i == events - 1 ? Marker.TEXT : "")));
            }
            if (last != null) {
                last.get();
            }
        }
    }

    @Override
    public void sendNext() {
        send(CHANNEL);
    }

    public void send(String channel) {
        send(channel, "x".repeat(payload));
    }

    /** @param text in ASCII, as JSON has it between quotes */
    public void send(String channel, String text) {
        producer.send(record(channel, text));
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

    private ProducerRecord<String, byte[]> record(String channel, String text) {
        int id = nextId++;
        return Records.of(TOPIC, null, channel, String.valueOf(id), Records.json(id, text));
    }

    /** What the edge itself says it has delivered. */
    public long delivered() throws IOException, InterruptedException {
        return (long) sum("sluice_events_delivered_total");
    }

    /** That it says exactly so; it counts a batch after it has written it, so its clients may know before. */
    public void requireDelivered(long events) throws IOException, InterruptedException {
        await("that the edge says that it delivered " + events + " events", () -> delivered() >= events);
        if (delivered() != events) {
            throw new IllegalStateException("the edge says that it delivered " + delivered() + ", not " + events);
        }
    }

    /** Waits until the edge has noticed that all its clients have left. */
    public void awaitNobody() throws IOException, InterruptedException {
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

    @Override
    public double resident() throws IOException, InterruptedException {
        return Processes.collected(pid());
    }

    /** What it holds now, after it has let go of what it can. */
    public Footprint footprint() throws IOException, InterruptedException {
        double resident = resident();
        return new Footprint(
                sum("jvm_memory_used_bytes{area=\"heap\""),
                sum("netty_allocator_memory_used{", "memory_type=\"direct\""),
                resident);
    }

    /** By its collector, until now. */
    public Pauses pauses() throws IOException, InterruptedException {
        return new Pauses(
                sum("jvm_gc_pause_seconds_count"), sum("jvm_gc_pause_seconds_sum"), max("jvm_gc_pause_seconds_max"));
    }

    private double max(String begin) throws IOException, InterruptedException {
        return samples(begin).max().orElse(0);
    }

    private double sum(String begin, String... contained) throws IOException, InterruptedException {
        return samples(begin, contained).sum();
    }

    /** All that begin so and contain the rest. */
    private DoubleStream samples(String begin, String... contained) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + "/q/metrics"))
                .build();
        String metrics = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith(begin))
                .filter(line -> Arrays.stream(contained).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
    }

    @Override
    public void close() {
        producer.close();
    }
}
