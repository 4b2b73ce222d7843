package dev.sluice.local.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
    /** One that was unpacked before the realm was changed let nobody sign in at the console: Keycloak refused the page's origin. */
    @Test
    void shouldImportTheRealmOfTheSourcesHoweverOldItIs(@TempDir Path root) throws Exception {
        var module = root.resolve(Distribution.MODULE);
        var home = module.resolve("target/keycloak-1.0");
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/quarkus-run.jar"));
        Files.createDirectories(home.resolve("data/import"));
        Files.writeString(home.resolve("data/import/sluice-realm.json"), "{\"webOrigins\": [\"+\"]}");
        Files.writeString(module.resolve("sluice-realm.json"), "{\"webOrigins\": [\"*\"]}");

        Distribution.under(root).orElseThrow().importRealm(root);

        try (var imported = Files.list(home.resolve("data/import"))) {
            assertThat(imported).singleElement().satisfies(realm -> assertThat(realm)
                    .hasFileName("sluice-realm.json")
                    .hasContent("{\"webOrigins\": [\"*\"]}"));
        }
    }
}
