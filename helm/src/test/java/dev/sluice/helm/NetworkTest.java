package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the services are reached, and what they reach. */
class NetworkTest {
    /** The first two segments of the paths that the services say they serve. */
    private static final Pattern CALLED = Pattern.compile("(?:serve\\(|String PATH = )\"(/v1/[a-z-]+)[/\"]");

    @EachFile
    void shouldLeadEachRouteAndIngressToAPortOfItsService(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);
        for (String kind : List.of("HTTPRoute", "GRPCRoute")) {
            assertThat(manifests.kind(kind)).allSatisfy(route -> {
                JsonNode backend = route.at("/spec/rules/0/backendRefs/0");
                JsonNode port = port(manifests, backend.path("name").asText(), backend.path("port"));
                boolean overTls =
                        manifests.has("BackendTLSPolicy", backend.path("name").asText());
                if (kind.equals("GRPCRoute")) {
                    assertThat(port.path("appProtocol").asText()).isEqualTo(overTls ? "https" : "kubernetes.io/h2c");
                }
            });
        }
        assertThat(manifests.kind("Ingress")).allSatisfy(ingress -> assertThat(ingress.at("/spec/rules/0/http/paths"))
                .allSatisfy(path -> port(
                        manifests, path.at("/backend/service/name").asText(), path.at("/backend/service/port/name"))));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldKeepHealthAndMetricsInside(String file) {
        Manifests manifests = Chart.of(file);

        assertThat(manifests.kind("HTTPRoute")).allSatisfy(route -> assertThat(route.at("/spec/rules/0/matches"))
                .isNotEmpty()
                .allMatch(match -> match.at("/path/value").asText().matches("/v1/.+|/console")));
        assertThat(manifests.kind("Ingress")).allSatisfy(ingress -> assertThat(ingress.at("/spec/rules/0/http/paths"))
                .isNotEmpty()
                .allMatch(path -> path.path("path").asText().matches("/(v1|sluice\\.v1)[./].*")));
    }

    /** All that the services' sources route, but for what revokes tokens. */
    @ParameterizedTest
    @CsvSource({"publisher, 'publisher-service'", "sse, 'sse-edge edge'", "ws, 'ws-edge edge'"})
    void shouldLeadToEverythingThatClientsCall(String component, String modules) throws IOException {
        var called = new TreeSet<String>();
        for (String module : modules.split(" ")) {
            try (Stream<Path> sources = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    CALLED.matcher(Files.readString(source))
                            .results()
                            .map(path -> path.group(1))
                            .forEach(called::add);
                }
            }
        }
        called.remove("/v1/revocations");

        JsonNode route = Chart.of("everything-values.yaml").one("HTTPRoute", "events-notifications-" + component);
        assertThat(Manifests.items(route.at("/spec/rules/0/matches"))
                        .map(match -> match.at("/path/value").asText())
                        // Of people, where it is switched on.
                        .filter(path -> !path.equals("/console")))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(called);
    }

    /** Controllers refuse two Ingresses with the same host and path, or choose between them. */
    @ParameterizedTest
    @CsvSource({
        "ingress-values.yaml, '{tickets: {secretName: a}}', 'events.example.com'",
        "ingress-values.yaml, '{tickets: {secretName: a}, ws: {ingress: {host: ws.example.com}}}', 'events.example.com ws.example.com'",
        "ingress-values.yaml, '{tickets: {secretName: a}, sse: {enabled: false}}', 'events.example.com'",
        "gateway-values.yaml, '{tickets: {secretName: a}}', 'events.example.com'"
    })
    void shouldLeadToTicketsOnceAtEachHost(String file, String more, String hosts) {
        Manifests manifests = Chart.withYaml(file, more);
        Stream<String> byIngress = manifests.kind("Ingress").stream()
                .filter(ingress -> ingress.toString().contains("/v1/tickets"))
                .map(ingress -> ingress.at("/spec/rules/0/host").asText());
        Stream<String> byRoute = manifests.kind("HTTPRoute").stream()
                .filter(route -> route.toString().contains("/v1/tickets"))
                .map(route -> route.at("/spec/hostnames/0").asText());

        assertThat(Stream.concat(byIngress, byRoute)).containsExactlyInAnyOrder(hosts.split(" "));
    }

    @Test
    void shouldLeadToTicketsAndLogoutOnlyWhereTheyAre() {
        Manifests manifests = Chart.of("gateway-envoy-values.yaml");

        assertThat(manifests.kind("HTTPRoute")).isNotEmpty().allSatisfy(route -> assertThat(
                        route.at("/spec/rules/0/matches").toString())
                .doesNotContain("/v1/tickets", "/v1/backchannel-logout"));
    }

    @ParameterizedTest
    @CsvSource({
        "publisher, http, http",
        "publisher, grpc, kubernetes.io/h2c",
        "sse, http, http",
        "ws, http, kubernetes.io/ws",
        "grpc, grpc, kubernetes.io/h2c"
    })
    void shouldSayWhatEachPortSpeaks(String component, String port, String protocol) {
        JsonNode service = Chart.of("default-values.yaml").one("Service", "events-sluice-" + component);

        assertThat(Manifests.items(service.at("/spec/ports"))
                        .filter(entry -> entry.path("name").asText().equals(port))
                        .map(entry -> entry.path("appProtocol").asText()))
                .containsExactly(protocol);
    }

    @Test
    void shouldGiveStreamsNoTimeOut() {
        Manifests manifests = Chart.of("gateway-envoy-values.yaml");

        assertThat(manifests.kind("HTTPRoute")).hasSize(3).allSatisfy(route -> assertThat(
                        route.at("/spec/rules/0/timeouts/request").asText())
                .isEqualTo("0s"));
        assertThat(manifests.kind("GRPCRoute")).hasSize(2).allSatisfy(route -> {
            JsonNode policy = manifests.one("BackendTrafficPolicy", Manifests.name(route));
            assertThat(policy.at("/spec/targetRefs/0/kind").asText()).isEqualTo("GRPCRoute");
            assertThat(policy.at("/spec/targetRefs/0/name").asText()).isEqualTo(Manifests.name(route));
            assertThat(policy.at("/spec/timeout/http/requestTimeout").asText()).isEqualTo("0s");
            assertThat(policy.at("/spec/timeout/http/maxStreamDuration").asText())
                    .isEqualTo("0s");
        });
    }

    @Test
    void shouldLeaveTimeOutsOutForGatewaysThatRefuseThem() {
        assertThat(Chart.of("gateway-values.yaml").kind("HTTPRoute")).hasSize(2).allSatisfy(route -> assertThat(
                        route.at("/spec/rules/0").has("timeouts"))
                .isFalse());
    }

    @ParameterizedTest
    @CsvSource({"1.30.0, false", "1.32.0, true", "1.34.0, true"})
    void shouldKeepTrafficInItsZoneWhereKubernetesCan(String kubernetes, boolean can) {
        assertThat(Chart.of("everything-values.yaml", kubernetes)
                        .one("Service", "events-notifications-sse")
                        .path("spec")
                        .has("trafficDistribution"))
                .isEqualTo(can);
    }

    @Test
    void shouldPublishThroughAllPublishers() {
        Manifests manifests = Chart.of("default-values.yaml");
        String host = manifests.env("ws", "QUARKUS_GRPC_CLIENTS_PUBLISHER_HOST");

        JsonNode service = manifests.one("Service", host);
        assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("None");
        assertThat(Manifests.component(service)).isEqualTo("publisher");
        assertThat(service.at("/spec/ports/0/port").asText())
                .isEqualTo(manifests.env("ws", "QUARKUS_GRPC_CLIENTS_PUBLISHER_PORT"))
                .isEqualTo(manifests.env("publisher", "QUARKUS_HTTP_PORT"));
    }

    @Test
    void shouldPublishThroughAPublisherElsewhere() {
        Manifests manifests = Chart.with(
                "default-values.yaml",
                Map.of(
                        "publisher.enabled",
                        "false",
                        "externalPublisher.host",
                        "publisher.other",
                        "externalPublisher.port",
                        "9000"));

        assertThat(manifests.env("grpc", "QUARKUS_GRPC_CLIENTS_PUBLISHER_HOST")).isEqualTo("publisher.other");
        assertThat(manifests.env("grpc", "QUARKUS_GRPC_CLIENTS_PUBLISHER_PORT")).isEqualTo("9000");
    }

    @ParameterizedTest
    @CsvSource({
        "publisher, '53/UDP 53/TCP 9092/TCP 9094/TCP 9095/TCP 443/TCP 8443/TCP'",
        "sse,       '53/UDP 53/TCP 9092/TCP 9094/TCP 9095/TCP 443/TCP 8443/TCP 8080/TCP'",
        "ws,        '53/UDP 53/TCP 9092/TCP 9094/TCP 9095/TCP 443/TCP 8443/TCP 8080/TCP'",
        "grpc,      '53/UDP 53/TCP 9092/TCP 9094/TCP 9095/TCP 443/TCP 8443/TCP 8080/TCP'"
    })
    void shouldLetOutOnlyWhatAComponentTalksTo(String component, String ports) {
        JsonNode policy = Chart.of("network-policy-values.yaml").one("NetworkPolicy", "events-sluice-" + component);

        assertThat(Manifests.texts(policy.at("/spec/policyTypes"))).containsExactly("Ingress", "Egress");
        assertThat(Manifests.items(policy.at("/spec/egress"))
                        .flatMap(rule -> Manifests.items(rule.path("ports")))
                        .map(port -> port.path("port").asText() + "/"
                                + port.path("protocol").asText()))
                .containsExactly(ports.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"publisher", "sse", "ws", "grpc"})
    void shouldLetOutTraces(String component) {
        Manifests manifests = Chart.withYaml(
                "network-policy-values.yaml",
                "{tracing: {endpoint: \"https://collector.example.com/otlp\", sampleRatio: 0.01}}");

        assertThat(manifests.env(component, "QUARKUS_OTEL_SDK_DISABLED")).isEqualTo("false");
        assertThat(manifests.env(component, "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT"))
                .isEqualTo("https://collector.example.com/otlp");
        assertThat(manifests.env(component, "QUARKUS_OTEL_TRACES_SAMPLER_ARG")).isEqualTo("0.01");
        JsonNode policy = manifests.one("NetworkPolicy", "events-sluice-" + component);
        assertThat(Manifests.items(policy.at("/spec/egress"))
                        .flatMap(rule -> Manifests.items(rule.path("ports")))
                        .map(port -> port.path("port").asInt()))
                // Of an issuer, and of the collector.
                .filteredOn(port -> port == 443)
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"publisher, 6", "sse, 3", "ws, 3", "grpc, 3"})
    void shouldLetInClientsScrapersTestsAndToThePublisherEdges(String component, int peers) {
        JsonNode policy = Chart.of("network-policy-values.yaml").one("NetworkPolicy", "events-sluice-" + component);

        assertThat(policy.at("/spec/ingress")).hasSize(1);
        assertThat(policy.at("/spec/ingress/0/ports/0/port").asText()).isEqualTo("http");
        assertThat(policy.at("/spec/ingress/0/from")).hasSize(peers);
    }

    @Test
    void shouldCertifyAllHostNames() {
        JsonNode certificate =
                Chart.of("ingress-values.yaml").kind("Certificate").get(0);

        assertThat(Manifests.texts(certificate.at("/spec/dnsNames")))
                .containsExactly("events.example.com", "grpc.events.example.com");
        assertThat(Chart.of("ingress-values.yaml").kind("Ingress")).allSatisfy(ingress -> assertThat(
                        ingress.at("/spec/tls/0/secretName").asText())
                .isEqualTo(certificate.at("/spec/secretName").asText()));
    }

    /** The port of a service by number or name. */
    private static JsonNode port(Manifests manifests, String service, JsonNode wanted) {
        JsonNode ports = manifests.one("Service", service).at("/spec/ports");
        return Manifests.items(ports)
                .filter(port -> port.path(wanted.isTextual() ? "name" : "port").equals(wanted))
                .findFirst()
                .orElseThrow(() -> new AssertionError(service + " has no port " + wanted + ": " + ports));
    }
}
