package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values as users write them, on top of {@code ci/default-values.yaml}: valid, and they do what the file says. A line {@code # then: Kind/name
 * /a/pointer value} is what has to be; {@code <none>}: nothing; {@code ~}, {@code !~}: a text that holds it, or does not. {@code env[X]} is
 * the variable X.
 */
class RealLifeTest {
    private static final Path FOLDER = Path.of("src/test/resources/dev/sluice/helm/values");
    private static final Pattern THEN =
            Pattern.compile("(?m)^# then: (\\w+)/([\\w.-]+)(?: (/\\S+?(?:'[^']*'\\S*)?))? (.+)$");
    private static final Pattern VARIABLE = Pattern.compile("env\\[(\\w+)]");

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldDoWhatTheFileSays(String file) throws IOException {
        String values = Files.readString(FOLDER.resolve(file));
        Manifests rendered = Chart.withYaml("default-values.yaml", values);

        assertThat(rendered.all()).allSatisfy(Kinds::check);
        assertThat(THEN.matcher(values).results())
                .hasSize((int) values.lines()
                        .filter(line -> line.startsWith("# then: "))
                        .count())
                .isNotEmpty()
                .allSatisfy(then -> check(rendered, then));
    }

    private static void check(Manifests rendered, MatchResult then) throws IOException {
        JsonNode found = rendered.has(then.group(1), then.group(2))
                ? at(rendered.one(then.group(1), then.group(2)), then.group(3) == null ? "" : then.group(3))
                : MissingNode.getInstance();
        String expected = then.group(4);
        if (expected.equals("<none>")) {
            assertThat(found.isMissingNode()).as(then.group()).isTrue();
        } else if (expected.startsWith("~ ")) {
            assertThat(found.asText()).as(then.group()).contains(expected.substring(2));
        } else if (expected.startsWith("!~ ")) {
            assertThat(found.asText()).as(then.group()).isNotEmpty().doesNotContain(expected.substring(3));
        } else {
            assertThat(found).as(then.group()).isEqualTo(Manifests.JSON.readTree(expected));
        }
    }

    private static JsonNode at(JsonNode object, String pointer) {
        Matcher variable = VARIABLE.matcher(pointer);
        if (!variable.find()) {
            return object.at(pointer);
        }
        return Manifests.items(object.at(pointer.substring(0, variable.start()) + "env"))
                .filter(entry -> entry.path("name").asText().equals(variable.group(1)))
                .findFirst()
                .map(entry -> entry.at(pointer.substring(variable.end())))
                .orElse(MissingNode.getInstance());
    }
}
