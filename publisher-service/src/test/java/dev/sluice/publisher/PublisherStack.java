package dev.sluice.publisher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The built publisher with a real Kafka and a real identity provider, each in its own process; one for all tests of a JVM. */
final class PublisherStack {
    static final String TOPIC = "sluice.events";

    static final LocalStack STACK = LocalStack.builder(Path.of("target/local-stack-it"))
            .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER)
            .start();

    static final String ALICE = STACK.identity().token("alice");
    static final String PUBLISHER = STACK.identity().token("robot", "publisher");

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private PublisherStack() {}

    static URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:" + STACK.service(Component.PUBLISHER).port() + path);
    }

    /** @param headers name, value, name, value … */
    static HttpResponse<String> post(String path, String token, byte[] body, String... headers) {
        var request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).POST(BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    static HttpResponse<String> post(String path, String token, String body, String... headers) {
        return post(path, token, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    static HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build());
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("this is no JSON: " + response.body(), e);
        }
    }

    /** All records of the topic, from the first on. */
    static List<ConsumerRecord<String, byte[]>> records() {
        Map<String, Object> config = Map.of("bootstrap.servers", STACK.kafka().bootstrapServers());
        var records = new ArrayList<ConsumerRecord<String, byte[]>>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /** The records of one channel, in order. */
    static List<ConsumerRecord<String, byte[]>> records(String channel) {
        return records().stream().filter(record -> channel.equals(record.key())).toList();
    }
}
