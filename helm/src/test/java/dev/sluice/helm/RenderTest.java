package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Helm takes the chart and every values file, and always makes the same of them. */
class RenderTest {

    @Test
    void shouldPassTheStrictLinter() {
        assertClean(Chart.FOLDER);
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldPassTheStrictLinterWithEachFile(String file) {
        assertClean(Chart.withDefaultsOf(file));
    }

    private static void assertClean(Path chart) {
        LintResult result = new Helm(chart).lint().strict().call();

        assertThat(result.getMessages()).as("%s", result).noneMatch(message -> message.contains("WARNING"));
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @EachFile
    void shouldRenderTheSameTwice(String file, String kubernetes) {
        String first = Chart.text(file, kubernetes, Chart.RELEASE);

        assertThat(first).isNotBlank().isEqualTo(Chart.text(file, kubernetes, Chart.RELEASE));
    }

    /** Read and written again by the patches, an object is what it was. */
    @ParameterizedTest
    @ValueSource(strings = {"everything-values.yaml", "strimzi-values.yaml"})
    void shouldChangeNothingByAPatchThatSaysNothing(String file) {
        Manifests manifests = Chart.of(file);
        // What a user brought is no object of the chart, and Helm renders no hooks.
        String patches = manifests.all().stream()
                .filter(object -> object.at("/metadata/labels").isObject())
                .map(object -> object.path("kind").asText())
                .distinct()
                .map("{kind: %s, merge: {}}"::formatted)
                .collect(Collectors.joining(", "));

        assertThat(Chart.withYaml(file, "patches: [" + patches + "]").all()).isEqualTo(manifests.all());
    }

    @EachFile
    void shouldPutEachObjectIntoTheReleaseOnce(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);

        assertThat(manifests.all()).extracting(Manifests::describe).doesNotHaveDuplicates();
        assertThat(manifests.all()).allSatisfy(object -> assertThat(
                        object.path("metadata").path("namespace").asText())
                .isEqualTo(Chart.NAMESPACE));
    }
}
