package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Limit;
import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Path TESTS = RepositoryRoot.find().resolve("system-tests/src/test/java");
    private static final Pattern HITS = Pattern.compile("@Hits\\(([^)]*)\\)");
    private static final Pattern LIMIT = Pattern.compile("Limit\\.(\\w+)");

    @Test
    void shouldBeHitByATestEach() throws IOException {
        try (var files = Files.walk(TESTS)) {
            var hit = files.filter(file -> file.toString().endsWith("IT.java"))
                    .map(LimitsTest::read)
                    .flatMap(code -> HITS.matcher(code).results())
                    .flatMap(hits -> LIMIT.matcher(hits.group(1)).results())
                    .map(limit -> limit.group(1))
                    .collect(Collectors.toSet());
            assertThat(hit)
                    .containsExactlyInAnyOrderElementsOf(
                            Arrays.stream(Limit.values()).map(Limit::name).toList());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
