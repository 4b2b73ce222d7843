package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the services are told: only what they read, and whoever is told something else starts anew. */
class ConfigurationTest {
    private static final List<String> COMPONENTS = List.of("publisher", "sse", "ws", "grpc");
    private final Documentation documentation = new Documentation();

    @EachFile
    void shouldSetOnlyVariablesThatTheServiceReads(String file, String kubernetes) {
        assertThat(Chart.of(file, kubernetes).kind("Deployment")).allSatisfy(deployment -> assertThat(
                        Manifests.items(Manifests.podSpec(deployment).at("/containers/0/env"))
                                .map(variable -> variable.path("name").asText()))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(documentation.isReadBy(Manifests.component(deployment), name))
                        .as("%s is a variable that %s reads", name, Manifests.component(deployment))
                        .isTrue()));
    }

    @EachFile
    void shouldWriteOnlyKeysThatAreDocumented(String file, String kubernetes) {
        assertThat(COMPONENTS)
                .filteredOn(component -> Chart.of(file, kubernetes).has("ConfigMap", config(file, component)))
                .isNotEmpty()
                .allSatisfy(component -> assertThat(properties(Chart.of(file, kubernetes), config(file, component))
                                .stringPropertyNames())
                        .contains("config_ordinal")
                        .allSatisfy(key -> assertThat(documentation.isKey(key))
                                .as("%s is documented", key)
                                .isTrue()));
    }

    /** {@code -Dsluice.keys.write=true} makes the chart's list anew. The page is compared with the code by DocumentationTest (system-tests). */
    @Test
    void shouldKnowWhoReadsWhichKey() throws IOException {
        Path list = Chart.FOLDER.resolve("files/configuration-keys.yaml");
        String wanted =
                "# Which services read which key, made of docs/configuration.md (ConfigurationTest, -Dsluice.keys.write=true), which is compared with the code.\n"
                        + documentation.ownKeys().entrySet().stream()
                                .map(key -> key.getKey() + ": " + key.getValue() + "\n")
                                .collect(Collectors.joining());
        if (Boolean.getBoolean("sluice.keys.write")) {
            Files.writeString(list, wanted);
        }

        assertThat(list).hasContent(wanted);
    }

    /** With a key of another service under a prefix that it knows itself, a service does not start (SRCFG00050). */
    @Test
    void shouldGiveEachServiceOnlyTheKeysThatItReads() {
        String config = documentation.ownKeys().keySet().stream()
                .filter(key -> !key.contains("<name>"))
                .filter(
                        key -> !key.matches(
                                "sluice\\.(topic\\..*|positions\\.topic|revocations\\..*|drain\\.window|connection\\.max-age|browser\\..*|proxy-protocol\\.from|tickets\\.keys|edges\\.keys|console\\..*|publisher\\.kafka\\.acknowledge-timeout)"))
                .map(key -> key + ": \"1\"")
                .collect(Collectors.joining(", "));
        Manifests manifests = Chart.withYaml("default-values.yaml", "defaults: {config: {" + config + "}}");

        assertThat(COMPONENTS).allSatisfy(component -> assertThat(
                        properties(manifests, "events-sluice-" + component).stringPropertyNames())
                .filteredOn(key -> key.startsWith("sluice.") && !key.startsWith("sluice.auth.rules."))
                .hasSizeGreaterThan(5)
                .allSatisfy(key -> assertThat(documentation.isReadBy(
                                component, key.replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT)))
                        .as("%s reads %s", component, key)
                        .isTrue()));
    }

    @Test
    void shouldWriteRulesAsTheServicesReadThem() {
        Properties rules = properties(Chart.of("default-values.yaml"), "events-sluice-ws");

        assertThat(rules)
                .containsEntry("sluice.auth.rules.everybody.subscribe", "public.**,users.{sub}.**")
                .containsEntry("sluice.auth.rules.publisher.role", "publisher")
                .containsEntry("sluice.auth.rules.publisher.publish", "**")
                .doesNotContainKey("sluice.auth.rules.everybody.role")
                .containsEntry("config_ordinal", "275");
    }

    @Test
    void shouldWriteFurtherIssuersAsTheServicesReadThem() {
        Manifests manifests = Chart.withYaml("default-values.yaml", """
                caBundle: {secretName: internal-ca}
                auth:
                  issuers:
                    partner: {url: "https://login.partner.example/", audience: "https://events", rolesClaim: groups}
                    plant: {url: "https://plant:9443", privateCA: true}
                """);

        assertThat(properties(manifests, "events-sluice-ws"))
                .containsEntry("sluice.auth.issuers.partner.url", "https://login.partner.example/")
                .containsEntry("sluice.auth.issuers.partner.audience", "https://events")
                .containsEntry("sluice.auth.issuers.partner.roles-claim", "groups")
                .doesNotContainKey("sluice.auth.issuers.partner.tls-configuration-name")
                .containsEntry("sluice.auth.issuers.plant.url", "https://plant:9443")
                .containsEntry("sluice.auth.issuers.plant.tls-configuration-name", "issuer-ca")
                .doesNotContainKey("sluice.auth.issuers.plant.audience");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws", "grpc"})
    void shouldBelieveTheProxiesThatAreNamedAboutAddresses(String edge) {
        Manifests manifests = Chart.withYaml("default-values.yaml", """
                clientAddress: {forwardedBy: [10.0.0.0/8, gateway.example], header: Forwarded, proxyProtocolBy: [10.1.2.3, "2001:db8::/32"]}
                """);

        assertThat(manifests.env(edge, "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING"))
                .isEqualTo("true");
        assertThat(manifests.env(edge, "QUARKUS_HTTP_PROXY_ALLOW_FORWARDED")).isEqualTo("true");
        assertThat(manifests.env(edge, "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES")).isEqualTo("10.0.0.0/8,gateway.example");
        assertThat(List.of(edge, "publisher"))
                .allSatisfy(component -> assertThat(manifests.env(component, "SLUICE_PROXY_PROTOCOL_FROM"))
                        .isEqualTo("10.1.2.3,2001:db8::/32"));
        assertThat(Chart.of("gateway-envoy-values.yaml").env(edge, "QUARKUS_HTTP_PROXY_ALLOW_FORWARDED"))
                .as("only one header is believed")
                .isEqualTo("false");
        assertThat(Chart.of("default-values.yaml").env(edge, "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING"))
                .isEmpty();
    }

    @Test
    void shouldKeepWhatAPropertiesFileWouldRead() {
        Manifests manifests = Chart.withYaml("default-values.yaml", """
                sse: {config: {quarkus.log.console.format: '%d{HH:mm} \\t%m%n', sluice.memory.bytes: "134217728"}}
                """);

        assertThat(properties(manifests, "events-sluice-sse"))
                .containsEntry("quarkus.log.console.format", "%d{HH:mm} \\t%m%n")
                .containsEntry("sluice.memory.bytes", "134217728");
    }

    @ParameterizedTest
    @ValueSource(strings = {"publisher", "sse", "ws", "grpc"})
    void shouldRollOnlyTheComponentWhoseConfigurationChanges(String changed) {
        Manifests before = Chart.of("default-values.yaml");
        Manifests after =
                Chart.withYaml("default-values.yaml", "{" + changed + ": {config: {quarkus.log.level: DEBUG}}}");

        assertThat(COMPONENTS)
                .allSatisfy(component -> assertThat(template(after, component).equals(template(before, component)))
                        .as(component)
                        .isEqualTo(!component.equals(changed)));
    }

    @Test
    void shouldRollAllWhenTheRulesChange() {
        Manifests after = Chart.with("default-values.yaml", Map.of("auth.rules.everybody.role", "member"));

        assertThat(COMPONENTS).allSatisfy(component -> assertThat(template(after, component))
                .isNotEqualTo(template(Chart.of("default-values.yaml"), component)));
    }

    /** A new version of the chart alone is no reason to send clients away. */
    @Test
    void shouldNotPutTheChartsVersionIntoPods() {
        assertThat(COMPONENTS).allSatisfy(component -> assertThat(template(Chart.of("default-values.yaml"), component))
                .doesNotContain("helm.sh/chart"));
    }

    private static String template(Manifests manifests, String component) {
        return manifests.deployment(component).at("/spec/template").toString();
    }

    private static String config(String file, String component) {
        return (file.startsWith("everything") ? "events-notifications-" : "events-sluice-") + component;
    }

    private static Properties properties(Manifests manifests, String configMap) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(manifests
                    .one("ConfigMap", configMap)
                    .at("/data/sluice.properties")
                    .asText()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return properties;
    }
}
