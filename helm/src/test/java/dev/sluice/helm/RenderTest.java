package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    @EachFile
    void shouldPutEachObjectIntoTheReleaseOnce(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);

        assertThat(manifests.all()).extracting(Manifests::describe).doesNotHaveDuplicates();
        assertThat(manifests.all()).allSatisfy(object -> assertThat(
                        object.path("metadata").path("namespace").asText())
                .isEqualTo(Chart.NAMESPACE));
    }
}
