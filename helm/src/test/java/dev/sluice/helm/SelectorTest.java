package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever selects pods gets those of one component of this release. */
class SelectorTest {
    private static final Map<String, String> SELECTORS = Map.of(
            "Service", "/spec/selector",
            "Deployment", "/spec/selector/matchLabels",
            "PodDisruptionBudget", "/spec/selector/matchLabels",
            "PodMonitor", "/spec/selector/matchLabels",
            "NetworkPolicy", "/spec/podSelector/matchLabels");

    @EachFile
    void shouldSelectTheOneComponentThatTheObjectIsOf(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);

        assertThat(selecting(manifests)).isNotEmpty().allSatisfy(object -> assertThat(manifests.kind("Deployment"))
                .filteredOn(deployment -> selects(object, deployment))
                .extracting(Manifests::component)
                .containsExactly(Manifests.component(object)));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldNotSelectAnotherReleasesPods(String file) {
        Manifests others = Manifests.of(Chart.text(file, "1.34.0", "other"));

        assertThat(selecting(Chart.of(file))).allSatisfy(object -> assertThat(others.kind("Deployment"))
                .noneMatch(deployment -> selects(object, deployment)));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldSpreadPodsOfTheComponentOnly(String file) {
        assertThat(Chart.of(file).kind("Deployment")).allSatisfy(deployment -> assertThat(
                        Manifests.items(Manifests.podSpec(deployment).path("topologySpreadConstraints")))
                .allSatisfy(spread -> assertThat(spread.at("/labelSelector/matchLabels"))
                        .isEqualTo(deployment.at("/spec/selector/matchLabels"))));
    }

    private static List<JsonNode> selecting(Manifests manifests) {
        return manifests.all().stream()
                .filter(object -> SELECTORS.containsKey(object.path("kind").asText()))
                .toList();
    }

    private static boolean selects(JsonNode object, JsonNode deployment) {
        JsonNode labels = deployment.at("/spec/template/metadata/labels");
        JsonNode selector =
                object.at(String.valueOf(SELECTORS.get(object.path("kind").asText())));
        Stream<Map.Entry<String, JsonNode>> wanted = selector.properties().stream();
        return !selector.isEmpty()
                && wanted.allMatch(label -> labels.path(label.getKey()).equals(label.getValue()));
    }
}
