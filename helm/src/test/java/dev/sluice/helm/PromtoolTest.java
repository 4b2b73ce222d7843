package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Prometheus's own tool says, where it is on the PATH (Debian: package {@code prometheus}) or in {@code ~/.cache/sluice-tests/bin}; the
 * workflow chart.yml has it.
 */
@EnabledIf(value = "isInstalled", disabledReason = "promtool is neither on the PATH nor in ~/.cache/sluice-tests/bin")
class PromtoolTest {
    private static final Path RULES = Chart.FOLDER.resolve("files/rules");

    @Test
    void shouldTakeTheRules() throws IOException, InterruptedException {
        assertThat(promtool("check", "rules", RULES.resolve("sluice.yaml").toString()))
                .contains("SUCCESS: 17 rules found");
    }

    @Test
    void shouldFireEachAlertForWhatItIsForAndNoneOtherwise() throws IOException, InterruptedException {
        assertThat(promtool(
                        "test", "rules", RULES.resolve("tests/sluice_test.yaml").toString()))
                .contains("SUCCESS");
    }

    /** As recording rules, with Grafana's own variables replaced. */
    @Test
    void shouldTakeEveryQueryOfTheDashboardAndTheAutoscalers(@TempDir Path folder)
            throws IOException, InterruptedException {
        var rules = new ArrayList<String>();
        for (String expression : ObservabilityTest.expressions()) {
            String query = expression.replace("$__rate_interval", "5m");
            rules.add(
                    "{record: 'query:%d', expr: %s}".formatted(rules.size(), Manifests.JSON.writeValueAsString(query)));
        }
        Path file = folder.resolve("queries.yaml");
        Files.writeString(file, "groups: [{name: queries, rules: [" + String.join(",\n", rules) + "]}]");

        assertThat(promtool("check", "rules", file.toString())).contains("SUCCESS: " + rules.size() + " rules found");
    }

    static boolean isInstalled() {
        return executable().isPresent();
    }

    private static Optional<Path> executable() {
        Stream<Path> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(Path::of);
        return Stream.concat(path, Stream.of(Path.of(System.getProperty("user.home"), ".cache/sluice-tests/bin")))
                .map(folder -> folder.resolve("promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(executable().orElseThrow().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
