package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pods: what they may do, how long they have to go, what they refer to. */
class PodTest {
    /** What is left for the last clients to be told and gone, after the edges' own window (Engine in module edge). */
    private static final int SLACK_OF_AN_EDGE = 5;

    @EachFile
    void shouldGiveEachPodTimeToLetItsClientsGo(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);
        assertThat(manifests.kind("Deployment")).isNotEmpty().allSatisfy(deployment -> {
            String component = Manifests.component(deployment);
            // The publisher's drain is 2 s longer than this (Drain in publisher-service); an edge's slack is more.
            String window = component.equals("publisher")
                    ? manifests.env(component, "SLUICE_PUBLISHER_KAFKA_ACKNOWLEDGE_TIMEOUT")
                    : manifests.env(component, "SLUICE_DRAIN_WINDOW");
            JsonNode hook = manifests.container(component).path("lifecycle").path("preStop");
            int grace = Manifests.podSpec(deployment)
                    .path("terminationGracePeriodSeconds")
                    .asInt();

            assertThat(window).matches("\\d+s");
            assertThat(grace)
                    .isGreaterThan(hook.path("sleep").path("seconds").asInt() + seconds(window) + SLACK_OF_AN_EDGE);
            assertThat(hook.has("exec")).isFalse();
            assertThat(deployment.path("spec").path("progressDeadlineSeconds").asInt())
                    .isGreaterThan(grace
                            + deployment.path("spec").path("minReadySeconds").asInt());
        });
    }

    @EachFile
    void shouldReplaceOnePodAtATime(String file, String kubernetes) {
        assertThat(Chart.of(file, kubernetes).kind("Deployment")).allSatisfy(deployment -> {
            JsonNode strategy = deployment.path("spec").path("strategy").path("rollingUpdate");
            assertThat(strategy.path("maxSurge").asInt()).isEqualTo(1);
            assertThat(strategy.path("maxUnavailable").asInt(-1)).isZero();
            assertThat(deployment.path("spec").path("minReadySeconds").asInt()).isPositive();
        });
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldKeepToTheRestrictedPodSecurityStandard(String file) {
        List<JsonNode> specs = new ArrayList<>(Chart.of(file).kind("Deployment").stream()
                .map(Manifests::podSpec)
                .toList());
        Chart.testPods(file).forEach(pod -> specs.add(pod.path("spec")));

        assertThat(specs).isNotEmpty().allSatisfy(spec -> {
            assertThat(spec.path("automountServiceAccountToken").asBoolean(true))
                    .isFalse();
            assertThat(spec.path("enableServiceLinks").asBoolean(true)).isFalse();
            assertThat(spec.path("securityContext").path("runAsNonRoot").asBoolean())
                    .isTrue();
            assertThat(spec.path("securityContext").path("runAsUser").asInt()).isPositive();
            assertThat(spec.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(Set.of("hostNetwork", "hostPID", "hostIPC")).noneMatch(spec::has);
            assertThat(Manifests.items(spec.path("volumes"))).noneMatch(volume -> volume.has("hostPath"));
            assertThat(spec.path("containers")).allSatisfy(container -> {
                JsonNode context = container.path("securityContext");
                assertThat(context.path("allowPrivilegeEscalation").asBoolean(true))
                        .isFalse();
                assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(Manifests.texts(context.at("/capabilities/drop"))).containsExactly("ALL");
                assertThat(context.path("privileged").asBoolean()).isFalse();
                assertThat(container.at("/resources/requests/cpu").isMissingNode())
                        .isFalse();
                assertThat(container.at("/resources/requests/memory").isMissingNode())
                        .isFalse();
                assertThat(container.at("/resources/limits/memory").isMissingNode())
                        .isFalse();
            });
        });
    }

    @EachFile
    void shouldNameEverythingInAPodOnce(String file, String kubernetes) {
        assertThat(Chart.of(file, kubernetes).kind("Deployment")).allSatisfy(deployment -> {
            JsonNode spec = Manifests.podSpec(deployment);
            JsonNode container = spec.path("containers").path(0);
            List<String> volumes = names(spec.path("volumes"));
            List<String> mounted = names(container.path("volumeMounts"));

            assertThat(names(container.path("env"))).doesNotHaveDuplicates();
            assertThat(names(container.path("ports"))).doesNotHaveDuplicates();
            assertThat(volumes).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(mounted);
            assertThat(Manifests.items(container.path("volumeMounts"))
                            .map(mount -> mount.path("mountPath").asText()))
                    .doesNotHaveDuplicates();
            assertThat(Manifests.items(container.path("env")).filter(variable -> variable.has("value")))
                    .allMatch(variable -> variable.path("value").isTextual());
        });
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldProbeWhatTheServicesMeanByLiveAndReady(String file) {
        assertThat(Chart.of(file).kind("Deployment")).allSatisfy(deployment -> {
            JsonNode container =
                    Manifests.podSpec(deployment).path("containers").path(0);
            assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
            assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
            assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/q/health/ready");
            // Each issuer that is away keeps a start waiting for 10 s (quarkus.oidc.connection-delay).
            assertThat(container.at("/startupProbe/periodSeconds").asInt()
                            * container.at("/startupProbe/failureThreshold").asInt())
                    .isGreaterThan(60);
        });
    }

    @Test
    void shouldLetThePlatformChooseTheUser() {
        JsonNode spec = Manifests.podSpec(Chart.withYaml("default-values.yaml", "{defaults: {runAsUser: null}}")
                .deployment("sse"));

        assertThat(spec.path("securityContext").has("runAsUser")).isFalse();
        assertThat(spec.path("securityContext").has("fsGroup")).isFalse();
        assertThat(spec.path("securityContext").path("runAsNonRoot").asBoolean())
                .isTrue();
    }

    private static int seconds(String duration) {
        return Integer.parseInt(duration.substring(0, duration.length() - 1));
    }

    private static List<String> names(JsonNode array) {
        Stream<JsonNode> items = Manifests.items(array);
        return items.map(item -> item.path("name").asText()).toList();
    }
}
