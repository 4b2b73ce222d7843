package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Replicas are said by one only, and fewer of them come slowly. */
class ScalingTest {

    @EachFile
    void shouldHaveReplicasOrExactlyOneAutoscaler(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);
        assertThat(manifests.kind("Deployment")).allSatisfy(deployment -> assertThat(autoscalers(manifests)
                        .filter(scaler ->
                                scaler.at("/spec/scaleTargetRef/name").asText().equals(Manifests.name(deployment))))
                .hasSize(deployment.path("spec").has("replicas") ? 0 : 1));
    }

    @EachFile
    void shouldSendPodsAwaySlowly(String file, String kubernetes) {
        assertThat(autoscalers(Chart.of(file, kubernetes))).allSatisfy(scaler -> {
            JsonNode down = scaler.findValue("scaleDown");
            assertThat(down.path("stabilizationWindowSeconds").asInt()).isGreaterThanOrEqualTo(60);
            assertThat(down.at("/policies/0/value").asInt()).isEqualTo(1);
        });
    }

    /** A pod that is broken must not keep a node from being drained. */
    @EachFile
    void shouldLetOnePodGoAtATime(String file, String kubernetes) {
        assertThat(Chart.of(file, kubernetes).kind("PodDisruptionBudget"))
                .isNotEmpty()
                .allSatisfy(budget -> {
                    assertThat(budget.at("/spec/unhealthyPodEvictionPolicy").asText())
                            .isEqualTo("AlwaysAllow");
                    assertThat(budget.path("spec").has("maxUnavailable")).isTrue();
                });
    }

    @Test
    void shouldScaleEdgesByConnectionsAndThePublisherByCpu() {
        Manifests manifests = Chart.of("hpa-values.yaml");

        JsonNode sse = manifests.one("HorizontalPodAutoscaler", "events-sluice-sse");
        assertThat(sse.at("/spec/metrics")).hasSize(1);
        assertThat(sse.at("/spec/metrics/0/pods/metric/name").asText()).isEqualTo("sluice_connections_active");
        assertThat(sse.at("/spec/metrics/0/pods/target/averageValue").asText()).isEqualTo("10000");
        JsonNode publisher = manifests.one("HorizontalPodAutoscaler", "events-sluice-publisher");
        assertThat(publisher.at("/spec/metrics")).hasSize(1);
        assertThat(publisher.at("/spec/metrics/0/resource/name").asText()).isEqualTo("cpu");
    }

    @Test
    void shouldAskPrometheusForTheReleasesOwnConnections() {
        JsonNode triggers = Chart.of("keda-values.yaml")
                .one("ScaledObject", "events-sluice-ws")
                .at("/spec/triggers");

        assertThat(triggers).hasSize(2);
        assertThat(triggers.at("/0/metadata/query").asText())
                .isEqualTo("sum(sluice_connections_active{namespace=\"streaming\","
                        + "app_kubernetes_io_instance=\"events\",app_kubernetes_io_component=\"ws\"})");
        assertThat(triggers.at("/1/type").asText()).isEqualTo("cpu");
    }

    private static Stream<JsonNode> autoscalers(Manifests manifests) {
        return Stream.of("HorizontalPodAutoscaler", "ScaledObject")
                .map(manifests::kind)
                .flatMap(List::stream);
    }
}
