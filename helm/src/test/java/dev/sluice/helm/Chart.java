package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The chart, rendered by Helm. */
final class Chart {
    static final Path FOLDER = Path.of("sluice");

    /** The oldest that is supported, one in the middle, a new one. */
    static final List<String> KUBERNETES = List.of("1.30.0", "1.32.0", "1.34.0");

    static final String RELEASE = "events";
    static final String NAMESPACE = "streaming";

    private static final String NEWEST = KUBERNETES.get(KUBERNETES.size() - 1);
    private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();

    private Chart() {}

    /** All values files of {@code ci/}, by name. */
    static List<String> ciFiles() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("ci"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Rendered for the newest Kubernetes; remembered. */
    static Manifests of(String ciFile) {
        return of(ciFile, NEWEST);
    }

    /** Remembered. */
    static Manifests of(String ciFile, String kubernetes) {
        return RENDERED.computeIfAbsent(
                ciFile + " " + kubernetes, key -> Manifests.of(text(ciFile, kubernetes, RELEASE)));
    }

    /** Each value is a path and what to set it to, as after {@code --set}. */
    static Manifests with(String ciFile, Map<String, String> values) {
        TemplateCommand command = template(FOLDER, NEWEST, RELEASE).withValuesFile(ci(ciFile));
        values.forEach(command::set);
        return Manifests.of(command.call());
    }

    /** With a values file made of this YAML on top. */
    static Manifests withYaml(String ciFile, String yaml) {
        return Manifests.of(render(FOLDER, ciFile, yaml));
    }

    /** With the values of this YAML alone, and a secret's name that has to be said where there is no cluster. */
    static Manifests of(JsonNode values) {
        return Manifests.of(template(FOLDER, NEWEST, RELEASE)
                .withValuesFile(written("edgeKeys: {secretName: edge-keys}"))
                .withValuesFile(written(values.toString()))
                .call());
    }

    static String text(String ciFile, String kubernetes, String release) {
        return template(FOLDER, kubernetes, release).withValuesFile(ci(ciFile)).call();
    }

    private static String render(Path chart, String ciFile, String yaml) {
        return template(chart, NEWEST, RELEASE)
                .withValuesFile(ci(ciFile))
                .withValuesFile(written(yaml))
                .call();
    }

    private static Path written(String yaml) {
        try {
            Path file = Files.createTempFile(Files.createDirectories(Path.of("target/values")), "values", ".yaml");
            return Files.writeString(file, yaml);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** The pods of {@code helm test}. Helm does not render hooks, so they are rendered from a copy in which they are none. */
    static List<JsonNode> testPods(String ciFile) {
        return Manifests.of(textOfAll(ciFile, "{}")).kind("Pod");
    }

    /** The file with this YAML on top, hooks included; for the newest Kubernetes. */
    static String textOfAll(String ciFile, String yaml) {
        return render(WithoutHooks.COPY, ciFile, yaml);
    }

    /** Made once. */
    private static final class WithoutHooks {
        static final Path COPY = Path.of("target/without-hooks/sluice");

        static {
            copy(COPY, text -> text.replaceAll("(?m)^    helm\\.sh/hook.*\\n", ""));
        }
    }

    /** A copy whose own values are those of the file, since the linter takes none. */
    static Path withDefaultsOf(String ciFile) {
        Path copy = Path.of("target/lint", ciFile.replace(".yaml", ""), "sluice");
        copy(copy, text -> text);
        try {
            JsonNode values =
                    Manifests.YAML.readTree(FOLDER.resolve("values.yaml").toFile());
            Manifests.YAML.readerForUpdating(values).readValue(Files.readString(ci(ciFile)));
            Manifests.YAML.writeValue(copy.resolve("values.yaml").toFile(), values);
            return copy;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Copies the chart, each file with a change to its text. */
    static void copy(Path to, UnaryOperator<String> change) {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(FOLDER.relativize(file));
                Files.createDirectories(target.getParent());
                Files.writeString(target, change.apply(Files.readString(file)));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Path ci(String file) {
        return FOLDER.resolve("ci").resolve(file);
    }

    private static TemplateCommand template(Path chart, String kubernetes, String release) {
        return new Helm(chart)
                .template()
                .withName(release)
                .withNamespace(NAMESPACE)
                .withKubeVersion(kubernetes);
    }
}
