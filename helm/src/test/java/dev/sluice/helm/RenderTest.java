package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import org.junit.jupiter.api.Test;

/** Helm takes the chart and every values file, and always makes the same of them. */
class RenderTest {

    @Test
    void shouldPassTheStrictLinter() {
        LintResult result = new Helm(Chart.FOLDER).lint().strict().call();

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
