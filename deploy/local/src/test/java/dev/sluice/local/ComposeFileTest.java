package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.local.keycloak.Keycloak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The compose file is the same system as {@link LocalStack}'s, as far as that can be seen without running it. */
class ComposeFileTest {

    private static final Path FILE = RepositoryRoot.find().resolve("deploy/compose.yaml");

    /** As {@code ./sluice up --identity keycloak}. */
    private static final Set<Component> COMPONENTS = EnumSet.complementOf(EnumSet.of(Component.IDENTITY));

    @Test
    void shouldHaveTheSameComponents() throws IOException {
        assertThat(services().fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(
                        COMPONENTS.stream().map(Component::id).toList());
    }

    @Test
    void shouldGiveEachServiceItsPortItsModuleAndTheRules() throws IOException {
        for (var component : COMPONENTS) {
            if (component == Component.KAFKA || component == Component.KEYCLOAK) {
                continue;
            }
            var service = services().path(component.id());
            assertThat(service.path("environment").path("QUARKUS_HTTP_PORT").asInt())
                    .isEqualTo(component.defaultPort());
            assertThat(service.path("volumes").path(0).asText())
                    .isEqualTo("../" + component.module() + "/target/quarkus-app:/app:ro");
            var rules = service.path("volumes").path(1).asText().split(":", -1);
            assertThat(FILE.resolveSibling(rules[0])).exists();
            assertThat(service.path("environment")
                            .path("SMALLRYE_CONFIG_LOCATIONS")
                            .asText())
                    .isEqualTo(rules[1]);
        }
    }

    /** The version that the system tests run, with the realm that they know; its issuer is the one that the services trust. */
    @Test
    void shouldBringKeycloakWithTheExampleRealm() throws IOException {
        var service = services().path("keycloak");
        var issuer = new Keycloak(Component.KEYCLOAK.defaultPort());

        assertThat(Files.readString(FILE.resolveSibling("keycloak/pom.xml")))
                .contains("<keycloak.version>" + service.path("image").asText().replaceFirst(".*:", "") + "<");
        var realm = service.path("volumes").path(0).asText().split(":", -1);
        assertThat(new ObjectMapper()
                        .readTree(FILE.resolveSibling(realm[0]).toFile())
                        .path("realm")
                        .asText())
                .isEqualTo("sluice");
        assertThat(realm[1]).startsWith("/opt/keycloak/data/import/");
        assertThat(service.path("command").toString()).contains("--import-realm", "--http-port=8180");
        assertThat(service.at("/environment/KC_HOSTNAME").asText())
                .isEqualTo(issuer.server().toString());
        assertThat(services()
                        .at("/publisher/environment/QUARKUS_OIDC_AUTH_SERVER_URL")
                        .asText())
                .isEqualTo(issuer.issuer().toString());
    }

    @Test
    void shouldBringKafkaAsItsProjectReleasesIt() throws IOException {
        assertThat(services().at("/kafka/image").asText()).matches("apache/kafka:4\\.\\d+\\.\\d+");
    }

    private static JsonNode services() throws IOException {
        Map<String, Object> root = new Yaml().load(Files.readString(FILE));
        return new ObjectMapper().valueToTree(root).path("services");
    }
}
