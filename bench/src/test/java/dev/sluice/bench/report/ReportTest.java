package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the pages say was measured is what {@code bench/figures.json} holds, which {@code ./sluice bench --json bench/figures.json}
 * writes. With {@code -Dsluice.docs.write=true} the pages are written anew.
 */
class ReportTest {
    private static final Path ROOT = RepositoryRoot.find();
    private static final boolean WRITE = Boolean.getBoolean("sluice.docs.write");
    private static final Pattern BLOCK = Pattern.compile("(?s)(<!-- bench/figures.json -->\n).*?(<!-- end -->\n)");

    /** A sentence with figures in it; each {@code {}} is one. */
    private enum Claim {
        THROUGHPUT(
                "docs/choosing.md",
                "deliveries a second of one core, 100 bytes, 1,000 clients, many at once: SSE {} million, WebSocket {}, gRPC {}",
                "drain perSecond.edge",
                value -> decimal(value / 1e6)),
        CONNECTION(
                "docs/choosing.md",
                "heap of a connection that waits: SSE {} KB, WebSocket {}, gRPC {}",
                "idle heapKb",
                ReportTest::decimal),
        RESIDENT(
                "docs/choosing.md",
                "resident memory: SSE {} KB, WebSocket {}, gRPC {}",
                "idle residentKb.edge",
                ReportTest::decimal),
        LATENCY(
                "docs/choosing.md",
                "from the post to the client, p50: SSE {} ms, WebSocket {}, most",
                "latency p50Ms.sluice",
                ReportTest::decimal),
        ALONE(
                "docs/choosing.md",
                "CPU of a delivery that comes alone: SSE {} µs, WebSocket {}, gRPC {}",
                "quiet cpuMicros.edge",
                ReportTest::decimal),
        PLANNED_DELIVERIES(
                "docs/operations.md",
                "with one core for the edge: SSE {}, WebSocket {}, gRPC {} million deliveries a second where many come at once",
                "drain perSecond.edge",
                value -> decimal(value / 1e6)),
        PLANNED_ALONE(
                "docs/operations.md",
                "CPU of one that comes alone: SSE {} µs, WebSocket {}, gRPC {}",
                "quiet cpuMicros.edge",
                ReportTest::decimal),
        STOCK(
                "docs/adr/0001-own-frames.md",
                "  them: SSE {}, WebSocket {};",
                "stock perSecond.extension",
                Report::number),
        OURS("docs/adr/0001-own-frames.md", "by ours: SSE {}, WebSocket {}.", "stock perSecond.edge", Report::number);

        private final Path page;
        private final String sentence;
        private final String measurement;
        private final String figure;
        private final DoubleFunction<String> format;

        Claim(String page, String sentence, String figure, DoubleFunction<String> format) {
            this.page = ROOT.resolve(page);
            this.sentence = sentence;
            this.measurement = figure.split(" ")[0];
            this.figure = figure.split(" ")[1];
            this.format = format;
        }

        String expected(Report report) {
            String text = sentence;
            for (String protocol : List.of("sse", "ws", "grpc")) {
                if (!text.contains("{}")) {
                    break;
                }
                text = text.replaceFirst("\\{\\}", format.apply(report.median(measurement, protocol, figure)));
            }
            return text;
        }

        Pattern pattern() {
            return Pattern.compile(String.join(
                    "[0-9.,]+",
                    Arrays.stream(sentence.split("\\{\\}", -1))
                            .map(Pattern::quote)
                            .toList()));
        }
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    private static Report report() throws IOException {
        return Report.read(ROOT.resolve("bench/figures.json"));
    }

    @Test
    void shouldPrintAllFigures() throws IOException {
        Path page = ROOT.resolve("docs/performance.md");
        String block = "$1" + Matcher.quoteReplacement(report().markdown()) + "$2";
        String expected = BLOCK.matcher(Files.readString(page)).replaceFirst(block);
        if (WRITE) {
            Files.writeString(page, expected);
        }
        assertThat(page).hasContent(expected);
        assertThat(expected).contains("### Drain").doesNotContain("null");
    }

    @Test
    void shouldDrawThem() throws IOException {
        Path picture = ROOT.resolve("docs/images/bench.svg");
        if (WRITE) {
            Files.writeString(picture, report().svg());
        }
        assertThat(picture).hasContent(report().svg());
    }

    @ParameterizedTest
    @EnumSource
    void shouldClaimWhatWasMeasured(Claim claim) throws IOException {
        String expected = claim.expected(report());
        if (WRITE) {
            Files.writeString(
                    claim.page,
                    claim.pattern()
                            .matcher(Files.readString(claim.page))
                            .replaceFirst(Matcher.quoteReplacement(expected)));
        }
        assertThat(claim.page).content().contains(expected);
    }
}
