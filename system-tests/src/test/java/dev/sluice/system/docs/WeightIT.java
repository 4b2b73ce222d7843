package dev.sluice.system.docs;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.stack.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How many bytes 1,000 events of 100 bytes are on each protocol, counted on the wire, and that {@code docs/choosing.md} says so. With
 * {@code -Dsluice.docs.write=true} it is written there.
 */
@Tag("full")
@Tag("long")
@ExtendWith(SharedSluice.class)
class WeightIT {
    private static final int EVENTS = 1_000;
    private static final int BYTES = 100;
    /** Cursors and times differ by some characters from run to run, and events that come one by one are framed one by one. */
    private static final double TOLERANCE = 0.06;

    private static final Path PAGE = RepositoryRoot.find().resolve("docs/choosing.md");
    private static final String HEADER = "| 1,000 × 100 bytes | `fields` | KB on the wire |";
    private static final Pattern TABLE = Pattern.compile("(?ms)^" + Pattern.quote(HEADER) + ".*?(?=^[^|])");

    private final Sluice sluice;

    WeightIT(Sluice sluice) {
        this.sluice = sluice;
    }

    private record Scale(String title, String fields, AtomicLong bytes, Wire wire, Connection connection)
            implements AutoCloseable {
        @Override
        public void close() {
            connection.close();
            try {
                wire.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void shouldWeighWhatTheDocumentationSays() throws IOException {
        var channel = Sluice.unique("public.weight");
        var scales = new ArrayList<Scale>();
        Map<String, Double> measured = new LinkedHashMap<>();
        try {
            for (var way : List.of(
                    Map.entry("SSE", Protocol.SSE),
                    Map.entry("NDJSON", Protocol.NDJSON),
                    Map.entry("WebSocket, JSON", Protocol.WEBSOCKET),
                    Map.entry("WebSocket, protobuf", Protocol.WEBSOCKET_PROTOBUF),
                    Map.entry("gRPC", Protocol.GRPC),
                    Map.entry("gRPC-Web", Protocol.GRPC_WEB))) {
                for (var fields : way.getValue() == Protocol.SSE ? List.of("type", "none") : List.of("all", "none")) {
                    scales.add(open(way.getKey(), way.getValue(), fields, channel));
                }
            }
            scales.forEach(scale -> Expect.started(scale.connection()));
            scales.forEach(scale -> scale.bytes().set(0));
            for (int n = 0; n < EVENTS; n++) {
                var head = "{\"n\":%d,\"text\":\"".formatted(n);
                sluice.producer()
                        .accepted(NewEvent.json(channel, head + "x".repeat(BYTES - head.length() - 2) + "\"}"));
            }
            for (var scale : scales) {
                Expect.events(scale.connection(), EVENTS);
                measured.put(
                        "| " + scale.title() + " | `" + scale.fields() + "` |",
                        scale.bytes().get() / 1000.0);
            }
        } finally {
            scales.forEach(Scale::close);
        }

        if (Boolean.getBoolean("sluice.docs.write")) {
            var rows = new StringBuilder(HEADER + "\n|---|---|---|\n");
            measured.forEach((row, kilobytes) -> rows.append(row).append(" %.0f |%n".formatted(kilobytes)));
            Files.writeString(
                    PAGE,
                    TABLE.matcher(Files.readString(PAGE)).replaceFirst(Matcher.quoteReplacement(rows.toString())));
        }
        System.out.println("WeightIT: KB " + measured);
        var page = Files.readString(PAGE);
        measured.forEach((row, kilobytes) -> {
            var documented = Pattern.compile(Pattern.quote(row) + " (\\d+) \\|").matcher(page);
            assertThat(documented.find()).as(row).isTrue();
            assertThat(kilobytes)
                    .as(row)
                    .isCloseTo(Double.parseDouble(documented.group(1)), within(kilobytes * TOLERANCE));
        });
    }

    private Scale open(String title, Protocol protocol, String fields, String channel) throws IOException {
        var bytes = new AtomicLong();
        var wire = Wire.to(sluice.url(protocol.edge()));
        wire.tap(piece -> bytes.addAndGet(piece.length));
        var request = to(channel).with("heartbeat", "60").with("fields", fields);
        return new Scale(title, fields, bytes, wire, protocol.subscribe(wire.url(), sluice.admin(), request));
    }
}
