package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README's table is values.yaml, and so is the schema. */
class ReadmeTest {
    private static final Path README = Chart.FOLDER.resolve("README.md");
    private static final String BEGIN = "<!-- values -->\n";
    private static final String END = "<!-- end of values -->";

    /** {@code ./mvnw -pl helm test -Dtest=ReadmeTest -Dsluice.readme.write=true} writes it. */
    @Test
    void shouldListEveryValue() throws IOException {
        String readme = Files.readString(README);
        String wanted = readme.substring(0, readme.indexOf(BEGIN) + BEGIN.length())
                + ValuesTable.of(Chart.FOLDER.resolve("values.yaml"))
                + readme.substring(readme.indexOf(END));
        if (Boolean.getBoolean("sluice.readme.write")) {
            Files.writeString(README, wanted);
        }

        assertThat(Files.readString(README)).isEqualTo(wanted);
    }

    @Test
    void shouldKnowEveryValueInTheSchema() throws IOException {
        JsonNode schema = Manifests.YAML.readTree(
                Chart.FOLDER.resolve("values.schema.json").toFile());

        assertThat(ValuesTable.paths(Chart.FOLDER.resolve("values.yaml")))
                .allSatisfy(path -> assertThat(schema.findParents(path.replaceFirst(".*\\.", "")))
                        .isNotEmpty());
    }
}
