package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What stands in deploy/ to be copied: it is valid, and the chart takes the values in it. */
class ExamplesTest {
    private static final Path DEPLOY = Path.of("../deploy");
    private static final String ARGO_CD = "argocd/application.yaml";
    private static final String FLUX = "flux/sluice.yaml";
    private static final String KIND_VALUES = "kind/values.yaml";

    static List<String> manifests() throws IOException {
        Path folder = DEPLOY.resolve("kubernetes");
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString())
                    .filter(file -> file.endsWith(".yaml") && !file.equals(KIND_VALUES))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void shouldHaveValidObjects(String file) {
        assertThat(example(file).all()).isNotEmpty().allSatisfy(Kinds::check);
    }

    @ParameterizedTest
    @ValueSource(strings = {ARGO_CD, FLUX, KIND_VALUES})
    void shouldRenderWithTheValuesInIt(String file) {
        Manifests rendered = Chart.of(values(file));

        assertThat(rendered.kind("Deployment")).hasSize(4);
        assertThat(rendered.all()).allSatisfy(Kinds::check);
    }

    @Test
    void shouldTakeTheChartFromWhereItIs() {
        JsonNode source = example(ARGO_CD).kind("Application").get(0).at("/spec/source");
        Manifests flux = example(FLUX);
        JsonNode release = flux.one("HelmRelease", "events");
        JsonNode repository = flux.one(
                "GitRepository", release.at("/spec/chart/spec/sourceRef/name").asText());

        assertThat(Path.of("..", source.path("path").asText(), "Chart.yaml")).exists();
        assertThat(Path.of("..", release.at("/spec/chart/spec/chart").asText(), "Chart.yaml"))
                .exists();
        assertThat(source.path("targetRevision")).isEqualTo(repository.at("/spec/ref/tag"));
    }

    /** Or a rollout that goes well would be rolled back. */
    @Test
    void shouldGiveFluxAsLongAsAComponentTakes() {
        Duration timeout = Duration.parse("PT"
                + example(FLUX).one("HelmRelease", "events").at("/spec/timeout").asText());

        assertThat(Chart.of(values(FLUX)).kind("Deployment")).allSatisfy(deployment -> assertThat(timeout.toSeconds())
                .isGreaterThan(deployment.at("/spec/replicas").asLong()
                        * (Manifests.podSpec(deployment)
                                        .path("terminationGracePeriodSeconds")
                                        .asLong()
                                + deployment.at("/spec/minReadySeconds").asLong()
                                // A start.
                                + 60)));
    }

    @Test
    void shouldKeepReplicasOutOfTheWayOfArgoCd() {
        assertThat(Chart.of(values(ARGO_CD)).kind("Deployment"))
                .noneMatch(deployment -> deployment.path("spec").has("replicas"));
    }

    /** It renders without a cluster, where the chart can't keep what it made. */
    @Test
    void shouldNameTheSecretOfTheEdgesKeysForArgoCd() {
        assertThat(values(ARGO_CD).at("/edgeKeys/secretName").asText()).isNotEmpty();
    }

    @Test
    void shouldFindKafkaAndTheIssuerOnKind() {
        JsonNode values = values(KIND_VALUES);

        assertThat(addresses("kind/kafka.yaml"))
                .contains(values.at("/kafka/bootstrapServers").asText());
        assertThat(addresses("kind/identity.yaml"))
                .anyMatch(address -> values.at("/auth/issuer").asText().startsWith("http://" + address + "/"));
    }

    @Test
    void shouldSetOnlyVariablesThatTheServicesReadInTheComposeFile() throws IOException {
        var documentation = new Documentation();
        // Jackson's reader knows no merge keys.
        Map<String, Object> file = new Yaml().load(Files.readString(DEPLOY.resolve("compose.yaml")));
        JsonNode services = Manifests.JSON.<JsonNode>valueToTree(file).path("services");

        assertThat(List.of("publisher", "sse-edge", "ws-edge", "grpc-edge")).allSatisfy(service -> assertThat(
                        services.path(service).path("environment").properties())
                .extracting(Map.Entry::getKey)
                .contains("KAFKA_BOOTSTRAP_SERVERS")
                .allSatisfy(variable -> assertThat(documentation.isReadBy(service.replace("-edge", ""), variable))
                        .as("%s is a variable that %s reads", variable, service)
                        .isTrue()));
    }

    private static Manifests example(String file) {
        try {
            return Manifests.of(Files.readString(DEPLOY.resolve("kubernetes").resolve(file)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static JsonNode values(String file) {
        return switch (file) {
            case ARGO_CD -> example(file).kind("Application").get(0).at("/spec/source/helm/valuesObject");
            case FLUX -> example(file).kind("HelmRelease").get(0).at("/spec/values");
            default -> example(file).all().get(0);
        };
    }

    /** Host and port of each Service. */
    private static List<String> addresses(String file) {
        return example(file).kind("Service").stream()
                .map(service -> Manifests.name(service) + ":"
                        + service.at("/spec/ports/0/port").asText())
                .toList();
    }
}
