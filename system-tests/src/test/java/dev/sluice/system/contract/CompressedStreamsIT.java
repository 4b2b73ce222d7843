package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.sluice.client.Background;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.http.Http;
import dev.sluice.client.websocket.PerMessageDeflate;
import dev.sluice.client.websocket.RawFrame;
import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients are sent who ask for it compressed: read by the JDK, by zstd's own decoder, by curl and by grpc-java, all strict about it. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompressedStreamsIT {
    private static final List<String> CODINGS = List.of("gzip", "zstd");
    private static final int EVENTS = 200;
    private static final int SEED_EVENTS = 500;
    /** Of 500; of 1,000 it is twice as much. NDJSON has each event's own id in it. */
    private static final int MOST_SEED_BYTES = 32_000;

    private static final String FILLER = "the same words in each of them, as real events have; ".repeat(8);

    private final Sluice sluice = start();
    private final Background background = new Background();
    /** Of streams that last as long as they are read. */
    private final List<InputStream> bodies = Collections.synchronizedList(new ArrayList<>());

    private final String token = sluice.admin();

    private static Sluice start() {
        var builder = Sluice.builder("compressed");
        Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_COMPRESSION_ENABLED", "true"));
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() throws IOException {
        for (InputStream body : bodies) {
            body.close();
        }
        background.close();
        sluice.close();
    }

    private static String data(int number) {
        return "{\"n\":" + number + ",\"text\":\"" + FILLER + "\"}";
    }

    private void post(String channel) {
        for (int i = 0; i < EVENTS; i++) {
            sluice.producer(token).accepted(NewEvent.json(channel, data(i)).id(channel + i));
        }
    }

    /** A stream as it comes, and how many bytes of it came. */
    private final class Reading {
        final AtomicLong wire = new AtomicLong();
        final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        final CompletableFuture<Void> over;

        Reading(String channel, String type, String coding, String bearer) {
            over = background.run(() -> read(channel, type, coding, bearer));
            Expect.until("that the stream begins", () -> !lines.isEmpty() || over.isDone());
        }

        private void read(String channel, String type, String coding, String bearer) {
            var uri = URI.create(sluice.url(Component.SSE_EDGE) + "/v1/stream?heartbeat=2&channel=" + channel);
            var request = Http.request(uri, bearer).header("Accept", type).header("Accept-Encoding", coding);
            try {
                var response = Http.CLIENT.send(request.build(), BodyHandlers.ofInputStream());
                bodies.add(response.body());
                assertThat(response.headers().firstValue("vary")).hasValue("Accept-Encoding");
                assertThat(response.headers().firstValue("content-encoding"))
                        .isEqualTo(Optional.of(coding).filter(CODINGS::contains));
                var counted = new FilterInputStream(response.body()) {
                    @Override
                    public int read(byte[] bytes, int from, int length) throws IOException {
                        int read = super.read(bytes, from, length);
                        wire.addAndGet(Math.max(0, read));
                        return read;
                    }
                };
                InputStream plain =
                        switch (coding) {
                            case "gzip" -> unhurried(new GZIPInputStream(counted));
                            case "zstd" -> unhurried(new ZstdInputStreamNoFinalizer(counted));
                            default -> counted;
                        };
                var reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** The JDK's says that there is more whenever it is not at its end, and then its readers wait until their buffer is full. */
        private static InputStream unhurried(InputStream decoder) {
            return new FilterInputStream(decoder) {
                @Override
                public int available() {
                    return 0;
                }
            };
        }

        /** The lines that hold events' data. */
        List<String> events() {
            synchronized (lines) {
                return lines.stream().filter(line -> line.contains(FILLER)).toList();
            }
        }

        /** Whether there are that many events of the seed's. */
        boolean has(int events) {
            synchronized (lines) {
                return lines.stream()
                                .filter(line -> line.contains("2026-11-26T17:") && line.contains("symbol"))
                                .count()
                        >= events;
            }
        }

        void awaitAll() {
            Expect.until("all events, or the end", () -> events().size() == EVENTS || over.isDone());
        }
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream, gzip", "application/x-ndjson, gzip", "text/event-stream, zstd"})
    void shouldCompressStreams(String type, String coding) {
        String channel = Sluice.unique("compressed.stream");
        var plain = new Reading(channel, type, coding + ";q=0, identity", token);
        var zipped = IntStream.range(0, 3)
                .mapToObj(i -> new Reading(channel, type, coding, token))
                .toList();
        post(channel);
        plain.awaitAll();
        zipped.forEach(Reading::awaitAll);

        assertThat(plain.events()).hasSize(EVENTS);
        assertThat(zipped).allSatisfy(reading -> {
            assertThat(reading.events()).isEqualTo(plain.events());
            assertThat(reading.wire.get()).isLessThan(plain.wire.get() / 2);
        });

        // Who comes later reads alone, and joins the others.
        var late = new Reading(channel + "&last=" + EVENTS, type, coding, token);
        late.awaitAll();
        assertThat(late.events()).isEqualTo(plain.events());
        System.out.printf(
                "%s, %d events of %d bytes: %d bytes plain, %d %s; %d for who comes later%n",
                type,
                EVENTS,
                data(0).length(),
                plain.wire.get(),
                zipped.get(0).wire.get(),
                coding,
                late.wire.get());
    }

    /** The seed's messages of 100 bytes, half of its 1,000 because a batch has no more, as fast as they come. Who comes later reads them alone. */
    @Test
    void shouldWeighWhatTheDocumentationSays() {
        String channel = Sluice.unique("compressed.weight");
        for (String type : List.of("text/event-stream", "application/x-ndjson")) {
            var readings = Stream.concat(Stream.of("identity"), CODINGS.stream())
                    .map(coding -> new Reading(channel, type, coding, token))
                    .toList();
            var before = readings.stream().map(reading -> reading.wire.get()).toList();
            String batch = IntStream.range(0, SEED_EVENTS)
                    .mapToObj(i -> seedEvent(channel, i))
                    .collect(Collectors.joining(",", "[", "]"));
            assertThat(sluice.producer(token)
                            .events("application/cloudevents-batch+json", batch)
                            .status())
                    .isEqualTo(200);
            Expect.until("all events", () -> readings.stream().allMatch(reading -> reading.has(SEED_EVENTS)));
            var bytes = IntStream.range(0, readings.size())
                    .mapToObj(i -> readings.get(i).wire.get() - before.get(i))
                    .toList();
            System.out.printf(
                    "%s, %d events of 100 bytes under load: %s bytes plain and by %s%n",
                    type, SEED_EVENTS, bytes, CODINGS);
            assertThat(bytes.subList(1, bytes.size())).allMatch(compressed -> compressed < MOST_SEED_BYTES);
        }
    }

    private static String seedEvent(String channel, int number) {
        var random = new Random(number);
        String tick = String.format(
                Locale.ROOT,
                "{\"n\":%d,\"symbol\":\"%s\",\"price\":%.2f,\"volume\":%d,\"time\":\"2026-11-26T17:%02d:%02d.%03dZ\",\"note\":\"",
                number,
                List.of("ACME", "GLOBEX", "HOOLI", "INITECH").get(random.nextInt(4)),
                random.nextDouble() * 1_000,
                random.nextInt(10_000),
                number / 60,
                number % 60,
                random.nextInt(1_000));
        return """
                {"specversion":"1.0","id":"%s","source":"/seed","type":"message","channel":"%s","datacontenttype":"application/json","data":%s}""".formatted(
                        UUID.randomUUID(), channel, tick + "-".repeat(Math.max(0, 100 - tick.length() - 2)) + "\"}");
    }

    /** With the length and the CRC of all that was in it, which the reader checks. */
    @Test
    void shouldEndAGzipStreamProperly() throws Exception {
        String channel = Sluice.unique("compressed.end");
        String brief = sluice.mint(TokenRequest.of("alice").role("reader").ttl(Duration.ofSeconds(15)));
        var reading = new Reading(channel, "text/event-stream", "gzip", brief);
        post(channel);
        reading.over.get(Expect.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(reading.events()).hasSize(EVENTS);
        assertThat(reading.lines).contains("event: sluice.close");
    }

    /** Another reader that decodes as it comes, over HTTP/2; by itself it names both codings. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate, gzip, br, zstd"})
    void shouldBeReadByCurlOverHttp2(String accepted) throws Exception {
        String channel = Sluice.unique("compressed.curl");
        Path out = Path.of("target", channel + ".txt");
        Files.deleteIfExists(out);
        Process curl = new ProcessBuilder(
                        "curl",
                        "--silent",
                        "--no-buffer",
                        "--compressed",
                        "--header",
                        "Accept-Encoding: " + accepted,
                        "--http2-prior-knowledge",
                        "--header",
                        "Authorization: Bearer " + token,
                        "--output",
                        out.toString(),
                        sluice.url(Component.SSE_EDGE) + "/v1/stream?channel=" + channel)
                .start();
        try {
            Expect.until("that the stream begins", () -> out.toFile().length() > 0 || !curl.isAlive());
            post(channel);
            Expect.until("the last event", () -> text(out).contains(data(EVENTS - 1)) || !curl.isAlive());
            assertThat(text(out).lines().filter(line -> line.startsWith("data: {\"n\"")))
                    .containsExactlyElementsOf(IntStream.range(0, EVENTS)
                            .mapToObj(i -> "data: " + data(i))
                            .toList());
        } finally {
            curl.destroy();
            curl.waitFor();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** grpc-java says by itself that it takes gzip. */
    @Test
    void shouldGzipMessagesOverGrpc() {
        String channel = Sluice.unique("compressed.grpc");
        double before = delivered(Component.GRPC_EDGE);
        try (var stream = sluice.subscribe(Protocol.GRPC, to(channel));
                var conversation = sluice.subscribe(Protocol.GRPC_CONNECT, to(channel))) {
            Expect.started(stream);
            Expect.started(conversation);
            post(channel);
            for (var connection : List.of(stream, conversation)) {
                assertThat(Expect.events(connection, EVENTS).stream().map(Received.Event::text))
                        .containsExactlyElementsOf(IntStream.range(0, EVENTS)
                                .mapToObj(CompressedStreamsIT::data)
                                .toList());
            }
        }
        assertThat(delivered(Component.GRPC_EDGE) - before).isLessThan(2 * EVENTS * data(0).length() / 1.5);
    }

    private double delivered(Component edge) {
        return Scrape.of(sluice.url(edge)).sum("sluice_bytes_delivered_total", "");
    }

    @Test
    void shouldDeflateMessagesOverAWebSocket() {
        String channel = Sluice.unique("compressed.socket");
        try (var peer = new CompressedPeer(sluice.url(Component.WS_EDGE), token, "permessage-deflate")) {
            peer.send(RawFrame.of(
                    RawFrame.FIN | RawFrame.TEXT,
                    "{\"op\":\"subscribe\",\"id\":\"s\",\"channels\":[\"" + channel + "\"]}"));
            assertThat(peer.next()).contains("\"op\":\"subscribed\"");
            post(channel);
            for (int i = 0; i < EVENTS; ) {
                RawFrame frame = peer.frame();
                String text = new PerMessageDeflate().inflate(frame);
                if (text.contains("\"op\":\"event\"")) {
                    assertThat(text).contains(data(i++));
                    assertThat(frame.first()).isEqualTo(RawFrame.FIN | PerMessageDeflate.COMPRESSED | RawFrame.TEXT);
                    assertThat(frame.payload().length).isLessThan(text.length() / 2);
                }
            }
        }
    }
}
