package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * What the npm packages {@code kubernetes-models} say of each object: patterns of values and the schemas of others' kinds, which the
 * models for Java don't have. Where Node.js and the packages are: {@code npm ci --prefix helm/src/test/node}.
 */
@EnabledIf(value = "areInstalled", disabledReason = "the packages of helm/src/test/node are not installed")
class ModelsTest {
    private static final Path NODE = Path.of("src/test/node");
    /** Those have schemas of our own (ValidityTest). */
    private static final Set<String> WITHOUT_MODEL = Set.of("KafkaTopic", "KafkaUser", "BackendTrafficPolicy");

    @Test
    void shouldTakeEveryObjectOfEveryFileAndVersion() throws IOException, InterruptedException {
        var objects = new LinkedHashSet<JsonNode>();
        for (String file : Chart.ciFiles()) {
            Chart.KUBERNETES.forEach(
                    version -> objects.addAll(Chart.of(file, version).all()));
        }

        List<String> lines = validate(objects);

        assertThat(lines).hasSameSizeAs(objects).hasSizeGreaterThan(100);
        assertThat(lines).filteredOn(line -> line.startsWith("refused")).isEmpty();
        assertThat(lines)
                .filteredOn(line -> line.startsWith("unknown"))
                .allMatch(line -> WITHOUT_MODEL.contains(line.replace("unknown ", "")));
    }

    @Test
    void shouldRefuseWhatIsWrong() throws IOException, InterruptedException {
        ObjectNode route =
                Chart.of("gateway-values.yaml").kind("HTTPRoute").get(0).deepCopy();
        ((ObjectNode) route.path("spec")).putArray("hostnames").add("no_host");

        assertThat(validate(Set.of(route)))
                .singleElement()
                .asString()
                .startsWith("refused HTTPRoute")
                .contains("spec/hostnames/0");
    }

    static boolean areInstalled() {
        return Files.isDirectory(NODE.resolve("node_modules/kubernetes-models"));
    }

    private static List<String> validate(Set<JsonNode> objects) throws IOException, InterruptedException {
        Process node = new ProcessBuilder("node", "validate.mjs")
                .directory(NODE.toFile())
                .redirectErrorStream(true)
                .start();
        try (var in = node.getOutputStream()) {
            in.write(Manifests.JSON.writeValueAsBytes(objects));
        }
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(said).isZero();
        return said.lines().toList();
    }
}
