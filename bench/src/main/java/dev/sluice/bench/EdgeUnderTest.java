package dev.sluice.bench;

import dev.sluice.bench.load.Marker;
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
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One edge in a stack of its own, and what feeds it: real Kafka, by a real producer. */
final class EdgeUnderTest {
    private static final String TOPIC = "sluice.events";

    private final LocalStack stack;
    private final Protocol protocol;

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
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                stack.kafka().bootstrapServers(),
                ProducerConfig.LINGER_MS_CONFIG,
                5);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            Future<RecordMetadata> last = null;
            for (int i = 0; i < events; i++) {
                String mark = i == events - 1 ? Marker.TEXT : "";
                String text = "{\"n\":" + (1_000_000 + i) + ",\"text\":\"" + "x".repeat(payloadBytes) + mark + "\"}";
                last = producer.send(KafkaEvents.toRecord(
                        TOPIC,
                        null,
                        new Event(
                                new Channel(channel),
                                String.valueOf(1_000_000 + i),
                                "/bench",
                                Event.DEFAULT_TYPE,
                                Instant.EPOCH,
                                null,
                                "application/json",
                                null,
                                Map.of(),
                                text.getBytes(StandardCharsets.US_ASCII))));
            }
            if (last != null) {
                last.get();
            }
        }
    }

    /** What the edge itself says it has delivered. */
    long delivered() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + service().port() + "/q/metrics"))
                .build();
        String metrics = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith("sluice_events_delivered_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    void pin() {
        Cores.pin(service().pid(), Cores.SERVER);
        Cores.pin(stack.service(Component.KAFKA).pid(), Cores.LOAD);
        Cores.pin(stack.service(Component.IDENTITY).pid(), Cores.LOAD);
        Cores.pin(stack.service(Component.PUBLISHER).pid(), Cores.LOAD);
    }
}
