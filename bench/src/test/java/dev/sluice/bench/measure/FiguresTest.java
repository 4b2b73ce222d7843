package dev.sluice.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Figures figures = new Figures(new PrintStream(said, true, StandardCharsets.UTF_8));

    @Test
    void shouldWriteMedianLeastAndMostToThreeDigits(@TempDir Path directory) throws IOException {
        Figures.Of stream = figures.of("stream", "sse");
        stream.compare("perSecond", 1_234_567, 1_000_000);
        stream.compare("perSecond", 900_000, 1_000_000);
        stream.compare("perSecond", 1_100_000, 1_000_000);
        Path file = directory.resolve("figures.json");

        figures.write(file, Map.of("date", "2026-11-27"));

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.path("date").asText()).isEqualTo("2026-11-27");
        JsonNode edge = json.at("/figures/stream/sse/perSecond.edge");
        assertThat(edge.path("median").asInt()).isEqualTo(1_100_000);
        assertThat(edge.path("least").asInt()).isEqualTo(900_000);
        assertThat(edge.path("most").asInt()).isEqualTo(1_230_000);
        assertThat(json.at("/figures/stream/sse/perSecond.ratio/median").asDouble())
                .isEqualTo(1.1);
    }

    @Test
    void shouldSayWhichTargetIsMissed() {
        figures.of("stream", "sse").compare("perSecond", 84, 100);
        figures.of("stream", "ws").compare("perSecond", 86, 100);

        assertThat(figures.judge()).isFalse();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("MISSED: stream sse perSecond.ratio at least 0.85, is 0.84")
                .contains("reached: stream ws perSecond.ratio at least 0.85, is 0.86");
    }

    @Test
    void shouldBeContentWithWhatWasMeasured() {
        figures.of("bursts", "grpc").compare("perSecond", 95, 100);

        assertThat(figures.judge()).isTrue();
    }
}
