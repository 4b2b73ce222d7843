package dev.sluice.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures that {@code ./sluice bench --json} wrote, as a page of Markdown and as a picture. Immutable. */
public final class Report {
    private static final Map<String, String> PROTOCOLS = Map.of("sse", "SSE", "ws", "WebSocket", "grpc", "gRPC");
    private static final Map<String, String> MEASUREMENTS = Map.ofEntries(
            Map.entry("drain", "Drain: all events at once"),
            Map.entry("stream", "Stream: one event after the other, 100 on their way"),
            Map.entry("bursts", "Bursts: ten events after the other, 100 on their way"),
            Map.entry("quiet", "Quiet: 20 events a second, each alone"),
            Map.entry("idle", "Idle: 10,000 connections that wait, then one event to all"),
            Map.entry("spread", "Spread: many channels, filters, clients, at 20,000 deliveries a second"),
            Map.entry("compression", "Compression: 500 bytes of text, at 20,000 deliveries a second"),
            Map.entry("latency", "Latency: from the post to the client, beside a bare producer and consumer"),
            Map.entry("publishing", "Publishing: events that Kafka has, beside a bare producer"),
            Map.entry("stock", "Stock: all events at once, then alone, beside the extensions' own ways"),
            Map.entry("peers", "Peers: beside servers of others"));
    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("perSecond", "a second"),
            Map.entry("cpuMicros", "CPU of each, µs"),
            Map.entry("p50Ms", "p50, ms"),
            Map.entry("p99Ms", "p99, ms"),
            Map.entry("http2", "over HTTP/2"),
            Map.entry("heapKb", "heap of each, KB"),
            Map.entry("directKb", "direct memory of each, KB"),
            Map.entry("residentKb", "resident memory of each, KB"),
            Map.entry("broadcastMs", "first to last client, ms"),
            Map.entry("ratio", "ratio"),
            Map.entry("edge", "Sluice"),
            Map.entry("sluice", "Sluice"),
            Map.entry("reference", "bare Netty"),
            Map.entry("bare", "bare Kafka"),
            Map.entry("extension", "the extension's own way"),
            Map.entry("above", "Sluice above bare Kafka"),
            Map.entry("fromDue", "Sluice, through Kafka, from when it was due"),
            Map.entry("plain", "as they are"),
            Map.entry("compressed", "compressed"),
            Map.entry("peer", "theirs"),
            Map.entry("nchan", "Nchan"),
            Map.entry("ws", "ws"),
            Map.entry("socketio", "socket.io"),
            Map.entry("stream", "one by one"),
            Map.entry("bursts", "ten by ten"),
            Map.entry("quiet", "20 a second"),
            Map.entry("idle", "waiting"),
            Map.entry("pauses", "collector's pauses"),
            Map.entry("count", "number"),
            Map.entry("ms", "ms in all"),
            Map.entry("longestMs", "longest, ms"),
            Map.entry("alike", "one channel"),
            Map.entry("filters", "100 filters"),
            Map.entry("channels", "10,000 channels"),
            Map.entry("clients", "clients"),
            Map.entry("single", "one by one"),
            Map.entry("batched", "batches of 100"),
            Map.entry("grpc", "stream of gRPC"));

    private final JsonNode root;

    private Report(JsonNode root) {
        this.root = root;
    }

    public static Report read(Path json) throws IOException {
        return new Report(new ObjectMapper().readTree(json.toFile()));
    }

    /** @throws IllegalArgumentException when that was not measured */
    public double median(String measurement, String protocol, String figure) {
        JsonNode value = root.path("figures")
                .path(measurement)
                .path(protocol)
                .path(figure)
                .path("median");
        if (!value.isNumber()) {
            throw new IllegalArgumentException("no figure " + measurement + " " + protocol + " " + figure);
        }
        return value.doubleValue();
    }

    public String markdown() {
        var page = new StringBuilder();
        page.append(root.path("date").asText())
                .append(", ")
                .append(root.path("machine").asText())
                .append("; JDK ")
                .append(root.path("jdk").asText())
                .append("; ")
                .append(root.path("settings").asText())
                .append(". The median, and in brackets the least and the most.\n");
        root.path("figures").properties().forEach(measurement -> {
            JsonNode protocols = measurement.getValue();
            List<String> columns = new ArrayList<>();
            protocols.fieldNames().forEachRemaining(columns::add);
            page.append("\n### ").append(MEASUREMENTS.get(measurement.getKey())).append("\n\n|");
            columns.forEach(column -> page.append(" | ").append(PROTOCOLS.get(column)));
            page.append(" |\n|---|").append("--:|".repeat(columns.size())).append('\n');
            var names = new LinkedHashSet<String>();
            protocols.forEach(named -> named.fieldNames().forEachRemaining(names::add));
            for (String name : names) {
                page.append("| ").append(words(name));
                columns.forEach(column ->
                        page.append(" | ").append(cell(protocols.path(column).path(name))));
                page.append(" |\n");
            }
        });
        return page.toString();
    }

    private static String words(String name) {
        var words = new ArrayList<String>();
        for (String part : name.split("\\.")) {
            words.add(Character.isDigit(part.charAt(0)) ? number(Double.parseDouble(part)) : UNITS.get(part));
        }
        return String.join(": ", words);
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode()) {
            return "";
        }
        double least = value.path("least").doubleValue();
        double most = value.path("most").doubleValue();
        String range = least == most ? "" : " (" + number(least) + " to " + number(most) + ")";
        return number(value.path("median").doubleValue()) + range;
    }

    /** With as many places as it has. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%,.3f", value).replaceAll("\\.?0+$", "");
    }

    /** Deliveries a second of one core, ours beside the bare server's, where events come together and one after the other. */
    public String svg() {
        int width = 720;
        int row = 22;
        var bars = new StringBuilder();
        double most = 0;
        var lines = new ArrayList<Bar>();
        for (String measurement : List.of("stream", "bursts", "drain")) {
            for (String protocol : List.of("sse", "ws", "grpc")) {
                for (String who : List.of("edge", "reference")) {
                    double value = median(measurement, protocol, "perSecond." + who);
                    lines.add(
                            new Bar(measurement + ", " + PROTOCOLS.get(protocol) + ", " + UNITS.get(who), value, who));
                    most = Math.max(most, value);
                }
            }
        }
        int y = 40;
        for (Bar bar : lines) {
            int length = (int) Math.round(bar.value / most * 360);
            bars.append(String.format(
                    Locale.ROOT,
                    "<text x=\"230\" y=\"%d\" text-anchor=\"end\">%s</text>"
                            + "<rect x=\"240\" y=\"%d\" width=\"%d\" height=\"14\" fill=\"%s\"/>"
                            + "<text x=\"%d\" y=\"%d\">%.1f</text>%n",
                    y + 11,
                    bar.label,
                    y,
                    length,
                    bar.who.equals("edge") ? "#1f6feb" : "#8c959f",
                    246 + length,
                    y + 11,
                    bar.value / 1e6));
            y += bar.who.equals("edge") ? row - 6 : row;
        }
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<title>Deliveries a second of one core</title>%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n"
                        + "<text x=\"10\" y=\"22\" font-size=\"14\">Million deliveries a second of one core, %s</text>%n"
                        + "%s</svg>%n",
                width,
                y + 10,
                root.path("date").asText(),
                bars);
    }

    private record Bar(String label, double value, String who) {}
}
