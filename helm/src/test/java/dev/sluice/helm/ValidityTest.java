package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every object is what its kind may be: no unknown field, no wrong type, nothing that is required missing. */
class ValidityTest {

    @EachFile
    void shouldRenderValidObjects(String file, String kubernetes) {
        assertThat(Chart.of(file, kubernetes).all()).allSatisfy(Kinds::check);
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldHaveAValidTestPodForEachComponent(String file) {
        List<JsonNode> pods = Chart.testPods(file);

        assertThat(pods).hasSameSizeAs(Chart.of(file).kind("Deployment")).allSatisfy(Kinds::check);
    }

    /** The check itself finds what it is there for, on each of its layers. */
    @ParameterizedTest
    @CsvSource({
        "Deployment, /spec/template/spec/containers/0, lifecycel",
        "HorizontalPodAutoscaler, /spec, minReplica",
        "NetworkPolicy, /spec/ingress/0, form",
        "GRPCRoute, /spec/rules/0, timeouts",
        "PodMonitor, /spec, podLabels",
        "PrometheusRule, /spec/groups/0, rule",
        "Certificate, /spec, dnsName",
        "KafkaUser, /spec, authorisation",
        "BackendTrafficPolicy, /spec/timeout/http, requestTimeouts",
        "ScaledObject, /spec, minReplicas"
    })
    void shouldFindAFieldThatIsMisspelt(String kind, String place, String field) {
        JsonNode broken = Chart.of("everything-values.yaml").kind(kind).get(0).deepCopy();
        ((ObjectNode) broken.at(place)).putObject(field);

        assertThatThrownBy(() -> Kinds.check(broken)).hasMessageContaining(field);
    }

    @Test
    void shouldFindANumberInTheEnvironment() {
        JsonNode broken = Chart.of("default-values.yaml").deployment("sse").deepCopy();
        ((ObjectNode) broken.at("/spec/template/spec/containers/0/env/0")).put("value", 8080);

        assertThatThrownBy(() -> Kinds.check(broken)).hasMessageContaining("value");
    }

    @Test
    void shouldFindThatSomethingRequiredIsMissing() {
        JsonNode broken = Chart.of("default-values.yaml").deployment("sse").deepCopy();
        ((ObjectNode) broken.at("/spec")).remove("selector");

        assertThatThrownBy(() -> Kinds.check(broken)).hasMessageContaining("selector");
    }
}
