package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The compose file is the same system as {@link LocalStack}'s, as far as that can be seen without running it. */
class ComposeFileTest {

    private static final Path FILE = RepositoryRoot.find().resolve("deploy/compose.yaml");

    @Test
    void shouldHaveTheSameComponents() throws IOException {
        assertThat(services().fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(
                        Component.BY_DEFAULT.stream().map(Component::id).toList());
    }

    @Test
    void shouldGiveEachServiceItsPortItsModuleAndTheRules() throws IOException {
        for (var component : Component.BY_DEFAULT) {
            if (component == Component.KAFKA || component == Component.IDENTITY) {
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

    @Test
    void shouldConfigureTheIdentityProviderWithJson() throws IOException {
        var config = new ObjectMapper()
                .readTree(services().at("/identity/environment/JSON_CONFIG").asText());

        assertThat(config.at("/tokenCallbacks/0/issuerId").asText()).isEqualTo("sluice");
        assertThat(config.at("/tokenCallbacks/0/requestMappings/0/claims/aud/0").asText())
                .isEqualTo("sluice");
    }

    private static JsonNode services() throws IOException {
        Map<String, Object> root = new Yaml().load(Files.readString(FILE));
        return new ObjectMapper().valueToTree(root).path("services");
    }
}
