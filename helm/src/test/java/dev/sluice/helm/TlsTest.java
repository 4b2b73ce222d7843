package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods that speak TLS themselves: whoever comes to them does it too, and trusts what they show. */
class TlsTest {
    private static final String FILE = "tls-values.yaml";
    private static final String TRUST_STORE = "QUARKUS_GRPC_CLIENTS_PUBLISHER_SSL_TRUST_STORE";

    @EachFile
    void shouldSpeakTlsOnThePortOrNotAtAll(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);
        assertThat(manifests.kind("Deployment")).isNotEmpty().allSatisfy(deployment -> {
            String component = Manifests.component(deployment);
            JsonNode container = manifests.container(component);
            boolean tls = !manifests.env(component, "QUARKUS_HTTP_SSL_PORT").isEmpty();
            String port = manifests.env(component, tls ? "QUARKUS_HTTP_SSL_PORT" : "QUARKUS_HTTP_PORT");

            assertThat(container.at("/ports/0/containerPort").asText()).isEqualTo(port);
            assertThat(manifests.env(component, "QUARKUS_HTTP_INSECURE_REQUESTS"))
                    .isEqualTo(tls ? "disabled" : "");
            assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
                    .extracting(probe ->
                            container.path(probe).path("httpGet").path("scheme").asText())
                    .containsOnly(tls ? "HTTPS" : "");
            assertThat(manifests.kind("Service").stream()
                            .filter(Manifests.component(component))
                            .flatMap(service -> Manifests.items(service.at("/spec/ports")))
                            .map(entry -> entry.path("appProtocol").asText()))
                    .isNotEmpty()
                    .allMatch(protocol -> tls == protocol.matches("https|kubernetes\\.io/wss"));
            assertThat(manifests.kind("PodMonitor").stream()
                            .filter(Manifests.component(component))
                            .map(monitor -> monitor.at("/spec/podMetricsEndpoints/0/scheme")
                                    .asText()))
                    .allMatch(scheme -> scheme.equals(tls ? "https" : ""));
        });
    }

    /** The publisher's key stays where it is. */
    @EachFile
    void shouldGiveEdgesTheCaOfThePublisherAndNoMore(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);
        assertThat(manifests.kind("Deployment"))
                .filteredOn(deployment -> !Manifests.component(deployment).equals("publisher"))
                .allSatisfy(deployment -> {
                    String edge = Manifests.component(deployment);
                    Optional<JsonNode> ca = volume(deployment, "publisher-ca");
                    boolean overTls = List.of(FILE, "edges-only-values.yaml").contains(file);

                    assertThat(manifests.env(edge, "QUARKUS_GRPC_CLIENTS_PUBLISHER_PLAIN_TEXT"))
                            .isEqualTo(overTls ? "false" : "");
                    assertThat(manifests.env(edge, TRUST_STORE))
                            .isEqualTo(overTls ? "/etc/sluice/publisher-ca/ca.crt" : "");
                    assertThat(ca.isPresent()).isEqualTo(overTls);
                    ca.ifPresent(volume -> {
                        assertThat(volume.at("/secret/secretName").asText())
                                .isEqualTo(file.equals(FILE) ? "events-sluice-publisher-tls" : "publisher-ca");
                        assertThat(volume.at("/secret/items")).hasSize(1);
                        assertThat(volume.at("/secret/items/0/key").asText()).isEqualTo("ca.crt");
                    });
                });
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldMountTheCertificateWhereItIsLookedFor(String file) {
        Manifests manifests = Chart.of(file);
        assertThat(manifests.kind("Deployment")).allSatisfy(deployment -> {
            String config = manifests
                    .one("ConfigMap", Manifests.name(deployment))
                    .at("/data/sluice.properties")
                    .asText();
            Optional<JsonNode> volume = volume(deployment, "tls");

            assertThat(volume.isPresent()).isEqualTo(config.contains("quarkus.tls.pod."));
            volume.ifPresent(mounted -> {
                assertThat(config)
                        .contains("quarkus.tls.pod.key-store.pem.0.cert=/etc/sluice/tls/tls.crt")
                        .contains("quarkus.tls.pod.key-store.pem.0.key=/etc/sluice/tls/tls.key");
                assertThat(Manifests.items(mounted.at("/secret/items"))
                                .map(item -> item.path("path").asText()))
                        .containsExactly("tls.crt", "tls.key");
                assertThat(Manifests.items(manifests
                                        .container(Manifests.component(deployment))
                                        .path("volumeMounts"))
                                .filter(mount -> mount.path("name").asText().equals("tls")))
                        .allSatisfy(mount -> {
                            assertThat(mount.path("mountPath").asText()).isEqualTo("/etc/sluice/tls");
                            assertThat(mount.has("subPath")).isFalse();
                        });
            });
        });
    }

    @Test
    void shouldCertifyEveryNameByWhichAPodIsCalled() {
        Manifests manifests = Chart.of(FILE);
        JsonNode publisher = manifests.one("Certificate", "events-sluice-publisher-tls");

        assertThat(Manifests.texts(publisher.at("/spec/dnsNames")))
                .contains(
                        manifests.env("sse", "QUARKUS_GRPC_CLIENTS_PUBLISHER_HOST"),
                        manifests
                                .one("BackendTLSPolicy", "events-sluice-publisher")
                                .at("/spec/validation/hostname")
                                .asText(),
                        "events-sluice-publisher");
        assertThat(publisher.at("/spec/privateKey/encoding").asText()).isEqualTo("PKCS8");
        assertThat(manifests.kind("PodMonitor"))
                .filteredOn(monitor -> !Manifests.component(monitor).equals("grpc"))
                .hasSize(3)
                .allSatisfy(monitor -> {
                    JsonNode tls = monitor.at("/spec/podMetricsEndpoints/0/tlsConfig");
                    JsonNode certificate = manifests.one(
                            "Certificate", tls.at("/ca/secret/name").asText());
                    assertThat(Manifests.texts(certificate.at("/spec/dnsNames")))
                            .contains(tls.path("serverName").asText());
                });
        assertThat(Manifests.texts(
                        manifests.one("Certificate", "events-sluice-sse-tls").at("/spec/dnsNames")))
                .contains("sse.events.example.com");
    }

    @Test
    void shouldTakeACertificateThatSomebodyElseMade() {
        Manifests manifests = Chart.of(FILE);

        assertThat(manifests.kind("Certificate"))
                .extracting(Manifests::component)
                .doesNotContain("grpc");
        assertThat(volume(manifests.deployment("grpc"), "tls"))
                .hasValueSatisfying(volume ->
                        assertThat(volume.at("/secret/secretName").asText()).isEqualTo("edge-certificate"));
        assertThat(manifests
                        .one("PodMonitor", "events-sluice-grpc")
                        .at("/spec/podMetricsEndpoints/0/tlsConfig")
                        .has("ca"))
                .as("a public CA needs no file")
                .isFalse();
    }

    @Test
    void shouldTrustAPublisherWithAPublicCertificate() {
        Manifests manifests = Chart.withYaml(FILE, "{publisher: {tls: {caKey: \"\"}}}");

        assertThat(manifests.env("ws", "QUARKUS_GRPC_CLIENTS_PUBLISHER_PLAIN_TEXT"))
                .isEqualTo("false");
        assertThat(manifests.env("ws", TRUST_STORE)).isEmpty();
        assertThat(manifests
                        .one("BackendTLSPolicy", "events-sluice-publisher")
                        .at("/spec/validation/wellKnownCACertificates")
                        .asText())
                .isEqualTo("System");
    }

    /** Without the policy it would speak to them in plain text. */
    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldTellTheGatewayOfPodsThatSpeakTls(String file) {
        Manifests manifests = Chart.of(file);
        assertThat(Stream.of("HTTPRoute", "GRPCRoute").flatMap(kind -> manifests.kind(kind).stream()))
                .allSatisfy(route -> assertThat(manifests.kind("BackendTLSPolicy").stream()
                                .map(policy ->
                                        policy.at("/spec/targetRefs/0/name").asText())
                                .anyMatch(route.at("/spec/rules/0/backendRefs/0/name")
                                        .asText()::equals))
                        .isEqualTo(!manifests
                                .env(Manifests.component(route), "QUARKUS_HTTP_SSL_PORT")
                                .isEmpty()));
    }

    @Test
    void shouldTestOverTls() {
        assertThat(Chart.testPods(FILE))
                .filteredOn(pod -> !Manifests.name(pod).contains("grpc"))
                .hasSize(3)
                .allSatisfy(pod -> {
                    assertThat(pod.at("/spec/containers/0/args/0").asText())
                            .contains("https://")
                            .contains("CURL_CA_BUNDLE=/etc/sluice/tls/ca.crt");
                    assertThat(pod.at("/spec/volumes/0/secret/items")).hasSize(1);
                    assertThat(pod.at("/spec/volumes/0/secret/items/0/key").asText())
                            .isEqualTo("ca.crt");
                });
    }

    private static Optional<JsonNode> volume(JsonNode deployment, String name) {
        return Manifests.items(Manifests.podSpec(deployment).path("volumes"))
                .filter(volume -> volume.path("name").asText().equals(name))
                .findFirst();
    }
}
