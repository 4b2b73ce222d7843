package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The life of a release on a real API server, with Helm 3 and Helm 4. Asked for by {@code -Dsluice.apiserver=true}, since building them takes
 * long the first time; where there is no Go it is skipped. There are no controllers: what an autoscaler would do, the test does.
 */
@Tag("full")
@EnabledIfSystemProperty(
        named = "sluice.apiserver",
        matches = "true",
        disabledReason = "-Dsluice.apiserver=true asks for it")
@SuppressWarnings("NullAway.Init")
class UpgradePathsTest {
    private static Path folder;
    private static GoTools tools;
    private static ApiServer server;

    @BeforeAll
    static void start(@TempDir Path made) throws Exception {
        folder = made;
        assumeTrue(GoTools.hasGo(), "there is no Go here to build the API server with");
        tools = GoTools.built();
        server = new ApiServer(tools, folder);
        for (String kind : List.of("KafkaTopic", "KafkaUser")) {
            String plural = kind.toLowerCase(java.util.Locale.ROOT) + "s";
            server.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
                    {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "%2$s.kafka.strimzi.io"},
                     "spec": {"group": "kafka.strimzi.io", "scope": "Namespaced", "names": {"kind": "%1$s", "plural": "%2$s"},
                      "versions": [{"name": "v1", "served": true, "storage": true,
                       "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
                    """.formatted(kind, plural));
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldNeverHaveFewerPodsThanAtTheMoment(int version) throws Exception {
        var helm = new Release(version, "scaling" + version);

        helm.run("install", "--create-namespace", "--set", "ws.replicas=6");
        assertThat(helm.pods()).isEqualTo(6);
        helm.run("upgrade", "--set", "ws.autoscaling.mode=hpa");
        assertThat(helm.pods()).as("replicas to autoscaler").isEqualTo(6);
        server.scale(helm.deployment(), 9);
        helm.run("upgrade", "--set", "ws.autoscaling.mode=hpa,ws.podAnnotations.a=b");
        assertThat(helm.pods()).as("an upgrade while the autoscaler is at work").isEqualTo(9);
        helm.run("upgrade", "--set", "ws.replicas=4");
        assertThat(helm.pods()).as("autoscaler to replicas").isEqualTo(9);
        helm.rollback("2");
        assertThat(helm.pods()).as("back to the autoscaler").isGreaterThanOrEqualTo(6);
        helm.rollback("1");
        assertThat(helm.pods()).as("back to replicas").isEqualTo(6);
    }

    /** Who began with the autoscaler has no number in any release, so that a rollback does not go back to one. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldLeaveTheNumberToTheAutoscaler(int version) throws Exception {
        var helm = new Release(version, "autoscaled" + version);

        helm.run("install", "--create-namespace", "--set", "ws.autoscaling.mode=hpa");
        server.scale(helm.deployment(), 20);
        helm.run("upgrade", "--set", "ws.autoscaling.mode=hpa,ws.podAnnotations.a=b");
        assertThat(helm.pods()).isEqualTo(20);
        helm.rollback("1");
        assertThat(helm.pods()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldKeepWhatHoldsData(int version) throws Exception {
        var helm = new Release(version, "strimzi" + version);
        String strimzi = "kafka.bootstrapServers=,kafka.strimzi.enabled=true,kafka.strimzi.cluster=events";

        helm.run("install", "--create-namespace", "--set", strimzi);
        helm.run("upgrade", "--set", strimzi + ",fullnameOverride=renamed");
        assertThat(helm.topics()).hasSize(6).anyMatch(topic -> topic.startsWith("renamed"));
        helm.run("uninstall");
        assertThat(helm.topics()).hasSize(6);
        assertThat(server.get("/apis/kafka.strimzi.io/v1/namespaces/strimzi" + version + "/kafkausers")
                        .path("items"))
                .hasSize(4);
        assertThat(server.get(helm.deployment()).isMissingNode()).isTrue();
    }

    /** Neither the same again nor a new version of the chart alone touches a pod. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldRestartNothingForTheChartsVersion(int version) throws Exception {
        var helm = new Release(version, "bump" + version);

        helm.run("install", "--create-namespace");
        JsonNode before = server.get(helm.deployment());
        helm.run("upgrade");
        assertThat(server.get(helm.deployment()).at("/metadata/generation"))
                .as("the same again drifts nowhere")
                .isEqualTo(before.at("/metadata/generation"));
        Path next = folder.resolve("next" + version);
        Chart.copy(next, text -> text.replace("\nversion: 0.1.0\n", "\nversion: 0.1.1\n"));
        helm.run(next, "upgrade");
        JsonNode after = server.get(helm.deployment());
        assertThat(after.at("/metadata/labels/helm.sh~1chart").asText()).isEqualTo("sluice-0.1.1");
        assertThat(after.at("/metadata/generation")).isEqualTo(before.at("/metadata/generation"));
        assertThat(after.at("/spec/template")).isEqualTo(before.at("/spec/template"));
    }

    /** In what there is of the chart's kinds, there is nothing that the API server would add, take or write otherwise. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldDifferInNothingWhenAppliedAgain(int version) throws Exception {
        var helm = new Release(version, "again" + version);
        String all =
                "edgeKeys.secretName=,kafka.bootstrapServers=,kafka.strimzi.enabled=true,kafka.strimzi.cluster=events,"
                        + "networkPolicy.enabled=true,sse.autoscaling.mode=hpa,defaults.ingress.enabled=true,defaults.ingress.host=a.example,"
                        + "metrics.dashboard.enabled=true,sse.service.type=LoadBalancer,sse.service.nodePort=3008"
                        + version;

        helm.run("install", "--create-namespace", "--set", all);
        assertThat(helm.diff()).as("kubectl diff after the installation").isEmpty();
        JsonNode before = helm.objects();
        helm.run("upgrade", "--set", all);
        assertThat(helm.objects()).isEqualTo(before);
        assertThat(helm.diff()).as("kubectl diff after the upgrade").isEmpty();
        helm.run("upgrade", "--set", all + ",ws.podAnnotations.a=b");
        assertThat(helm.objects()).as("or this would see nothing").isNotEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldMakeTheKeysOfEdgesOnce(int version) throws Exception {
        var helm = new Release(version, "keys" + version);
        String path = "/api/v1/namespaces/keys" + version + "/secrets/events-sluice-edge-keys";
        String none = "edgeKeys.secretName=";

        assertThatThrownBy(() -> helm.run("template", "--kube-version", "1.34.0", "--set", none))
                .as("where nobody can be asked")
                .hasMessageContaining("edgeKeys.secretName: is required where the chart is rendered without a cluster");
        helm.run("install", "--create-namespace", "--set", none);
        String first = server.get(path).at("/data/keys").asText();
        assertThat(new String(Base64.getDecoder().decode(first), StandardCharsets.UTF_8))
                .hasSizeGreaterThanOrEqualTo(32);
        helm.run("upgrade", "--set", none + ",ws.podAnnotations.a=b");
        assertThat(server.get(path).at("/data/keys").asText()).isEqualTo(first);
        assertThat(helm.run("template", "--kube-version", "1.34.0", "--dry-run=server", "--set", none))
                .contains("keys: " + first);

        String rotated = Base64.getEncoder()
                .encodeToString("a-new-one-that-somebody-has-put-there,and-more".getBytes(StandardCharsets.UTF_8));
        server.patch(path, "{\"data\": {\"keys\": \"" + rotated + "\"}}");
        helm.run("upgrade", "--set", none);
        assertThat(server.get(path).at("/data/keys").asText())
                .as("rotated by hand")
                .isEqualTo(rotated);
        helm.run("upgrade", "--set", "edgeKeys.secretName=vault");
        assertThat(server.get(path).isMissingNode()).as("named by the user").isTrue();
    }

    /** One release, by one Helm, in a namespace of its own. */
    private record Release(int version, String namespace) {
        String run(String... arguments) throws Exception {
            return run(Chart.FOLDER, arguments);
        }

        String run(Path chart, String... arguments) throws Exception {
            var command = new ArrayList<String>();
            command.add((version == 3 ? tools.helm3() : tools.helm4()).toString());
            command.add(arguments[0]);
            command.add("events");
            command.addAll(List.of("--namespace", namespace));
            if (!arguments[0].equals("uninstall")) {
                command.add(chart.toString());
                command.addAll(
                        List.of("--values", Chart.ci("default-values.yaml").toString()));
            }
            command.addAll(List.of(arguments).subList(1, arguments.length));
            return GoTools.run(Path.of("."), environment(), command);
        }

        /** Helm 4 asks before it takes a field from whoever set it last. */
        void rollback(String revision) throws Exception {
            var command = new ArrayList<>(List.of(
                    (version == 3 ? tools.helm3() : tools.helm4()).toString(),
                    "rollback",
                    "events",
                    revision,
                    "--namespace",
                    namespace));
            if (version == 4) {
                command.add("--force-conflicts");
            }
            GoTools.run(Path.of("."), environment(), command);
        }

        private static Map<String, String> environment() throws Exception {
            Path home = Files.createDirectories(folder.resolve("helm"));
            return Map.of(
                    "KUBECONFIG", server.kubeconfig().toString(),
                    "HELM_CACHE_HOME", home.toString(),
                    "HELM_CONFIG_HOME", home.toString(),
                    "HELM_DATA_HOME", home.toString());
        }

        /** What {@code kubectl diff} says about the release's manifest; it fails when there is something. */
        String diff() throws Exception {
            Path manifest = Files.writeString(
                    folder.resolve(namespace + ".yaml"),
                    GoTools.run(
                            Path.of("."),
                            environment(),
                            List.of(
                                    (version == 3 ? tools.helm3() : tools.helm4()).toString(),
                                    "get",
                                    "manifest",
                                    "events",
                                    "--namespace",
                                    namespace)));
            return GoTools.run(
                    Path.of("."),
                    environment(),
                    List.of(
                            tools.kubectl().toString(),
                            "diff",
                            "--namespace",
                            namespace,
                            "--filename",
                            manifest.toString()));
        }

        /** All that the chart makes, as it is stored: a change of anything is one of its version. */
        JsonNode objects() throws Exception {
            var all = Manifests.JSON.createArrayNode();
            for (String kinds : List.of(
                    "api/v1/%s/services",
                    "api/v1/%s/configmaps",
                    "api/v1/%s/serviceaccounts",
                    "apis/apps/v1/%s/deployments",
                    "apis/policy/v1/%s/poddisruptionbudgets",
                    "apis/autoscaling/v2/%s/horizontalpodautoscalers",
                    "apis/networking.k8s.io/v1/%s/networkpolicies",
                    "apis/networking.k8s.io/v1/%s/ingresses",
                    "apis/kafka.strimzi.io/v1/%s/kafkatopics",
                    "apis/kafka.strimzi.io/v1/%s/kafkausers")) {
                JsonNode items = server.get("/" + kinds.formatted("namespaces/" + namespace))
                        .path("items");
                assertThat(items).as(kinds).isNotEmpty();
                items.forEach(all::add);
            }
            all.add(server.get("/api/v1/namespaces/" + namespace + "/secrets/events-sluice-edge-keys"));
            return all;
        }

        String deployment() {
            return "/apis/apps/v1/namespaces/" + namespace + "/deployments/events-sluice-ws";
        }

        int pods() throws Exception {
            return server.get(deployment()).at("/spec/replicas").asInt();
        }

        List<String> topics() throws Exception {
            return Manifests.items(server.get("/apis/kafka.strimzi.io/v1/namespaces/" + namespace + "/kafkatopics")
                            .path("items"))
                    .map(Manifests::name)
                    .toList();
        }
    }
}
