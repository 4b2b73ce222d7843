package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every value does something: changed, another manifest is rendered of some file in {@code ci/}, or the change is refused with its reason. */
@Tag("full")
class UsedValuesTest {
    /** From little to much; which one a value shows in is found by trying. */
    private static final List<String> FILES = List.of(
            "default-values.yaml",
            "everything-values.yaml",
            "strimzi-values.yaml",
            "kafka-mtls-values.yaml",
            "kafka-password-values.yaml",
            "kafka-oauth-values.yaml",
            "keda-values.yaml",
            "hpa-values.yaml",
            "network-policy-values.yaml",
            "ingress-values.yaml",
            "gateway-envoy-values.yaml",
            "air-gap-values.yaml",
            "edges-only-values.yaml",
            "tls-values.yaml");

    /** What a value may be changed to; the first that the schema takes is. */
    private static final List<String> TEXTS = List.of(
            "\"other\"",
            "\"other:9999\"",
            "\"https://other.example.com/\"",
            "\"77m\"",
            "\"sha256:9999999999999999999999999999999999999999999999999999999999999999\"",
            "\"Never\"",
            "\"PLAIN\"",
            "\"hpa\"",
            "\"LoadBalancer\"",
            "\"PreferClose\"",
            "\"DoNotSchedule\"",
            "\"grpc\"",
            "\"Issuer\"",
            "\"Forwarded\"",
            "\"50%\"",
            "\"/other\"",
            "\"Default\"");

    private static final List<String> COLLECTIONS = List.of(
            "[{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"other\"}}]",
            "[{\"kind\": \"Deployment\", \"merge\": {\"spec\": {\"paused\": true}}}]",
            "[\"other\"]",
            "[\"10.99.0.0/16\"]",
            "[9999]",
            "[{\"podSelector\": {\"matchLabels\": {\"other\": \"other\"}}}]",
            "[{\"name\": \"other\", \"value\": \"other\"}]",
            "[{\"name\": \"other\", \"mountPath\": \"/other\"}]",
            "[\"https://other.example.com\"]",
            "[{\"name\": \"other\"}]",
            "{\"sluice.other\": \"other\"}",
            "{\"other\": {\"publish\": [\"other\"]}}",
            "{\"other\": {\"url\": \"https://other.example.com:9999\"}}",
            "{\"requests\": {\"memory\": \"9Gi\"}}",
            "{\"request\": \"9s\"}",
            "{\"other\": \"other\"}");

    /** The first may be what the value is already. */
    private static final int ENOUGH = 2;

    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(read("values.schema.json"));

    private static final Map<String, String> UNCHANGED = new ConcurrentHashMap<>();

    @ParameterizedTest
    @MethodSource("paths")
    void shouldShowInWhatIsRendered(String path) throws IOException {
        JsonNode byDefault = Manifests.YAML
                .readTree(Chart.FOLDER.resolve("values.yaml").toFile())
                .at("/" + path.replace('.', '/'));

        List<String> alternatives = alternatives(byDefault).stream()
                .filter(value ->
                        SCHEMA.validate(nested(path, value), InputFormat.YAML).isEmpty())
                .limit(ENOUGH)
                .toList();

        // Where a value is said, a change of it is likely to show.
        String leaf = path.substring(path.lastIndexOf('.') + 1);
        assertThat(FILES.stream()
                        .sorted(Comparator.comparing(file -> !read("ci/" + file).contains(leaf + ":"))))
                .as("files in which a change of %s shows", path)
                .anyMatch(file -> changes(file, path, alternatives));
    }

    private static String read(String file) {
        try {
            return Files.readString(Chart.FOLDER.resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static List<String> paths() {
        return ValuesTable.paths(Chart.FOLDER.resolve("values.yaml"));
    }

    private static List<String> alternatives(JsonNode byDefault) {
        if (byDefault.isBoolean()) {
            return List.of("true", "false");
        }
        if (byDefault.isInt()) {
            return List.of(String.valueOf(byDefault.asInt() + 3), String.valueOf(byDefault.asInt() - 1));
        }
        return byDefault.isTextual() ? TEXTS : COLLECTIONS;
    }

    /** Whether one of the alternatives makes a difference; one that is refused for another value's sake does. */
    private static boolean changes(String file, String path, List<String> alternatives) {
        String unchanged = UNCHANGED.computeIfAbsent(file, key -> Chart.textOfAll(key, "{}"));
        for (String value : alternatives) {
            try {
                if (!Chart.textOfAll(file, nested(path, value)).equals(unchanged)) {
                    return true;
                }
            } catch (IllegalStateException refused) {
                if (String.valueOf(refused.getMessage()).contains("The values can't be used")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** {@code a.b} as {@code {a: {b: value}}}. */
    private static String nested(String path, String value) {
        return "{" + path.replace(".", ": {") + ": " + value + "}".repeat(path.split("\\.", -1).length);
    }
}
