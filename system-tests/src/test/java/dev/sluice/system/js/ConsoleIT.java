package dev.sluice.system.js;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.console.Console;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.local.keycloak.Distribution;
import dev.sluice.system.stack.Sluice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console of the local stack in Chromium: each button does what it says (clients/js/test/real/console.mjs). */
@Tag("full")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ConsoleIT {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    /** {@code -Dsluice.screenshots=docs/images} makes the pictures of the documentation anew. */
    private static final Path SCREENSHOTS =
            RepositoryRoot.find().resolve(System.getProperty("sluice.screenshots", "system-tests/target"));

    private static final long MOST_BYTES = 150 * 1024;

    @Test
    void shouldShowAnEventOnThreeProtocolsAndSurviveItsButtons() {
        var node = Node.inClient();
        assumeThat(Files.isExecutable(CHROMIUM)).as("%s", CHROMIUM).isTrue();
        try (var sluice = new Sluice(Sluice.builder("console").operatorPorts().start());
                var console = Console.serve(
                        sluice.stack(),
                        RepositoryRoot.find(),
                        0,
                        null,
                        ttl -> sluice.mint(TokenRequest.of("alice")
                                .role("publisher")
                                .role("reader")
                                .ttl(ttl)))) {
            node.run(
                    PATIENCE,
                    "test/real/console.mjs",
                    console.url().toString(),
                    SCREENSHOTS.resolve("console.png").toString());
        }
    }

    /** The code flow with PKCE against the real provider, at the console of the local stack and at the one of an edge. */
    @Test
    void shouldSignInAndOutWithKeycloak() {
        var node = Node.inClient();
        assumeThat(Files.isExecutable(CHROMIUM)).as("%s", CHROMIUM).isTrue();
        assumeThat(Distribution.under(RepositoryRoot.find()))
                .as("Keycloak; ./mvnw package -pl deploy/keycloak")
                .isPresent();
        try (var sluice = new Sluice(Sluice.builder("console-keycloak")
                        .keycloak()
                        .edgeConsole()
                        .start());
                var console = Console.serve(
                        sluice.stack(),
                        RepositoryRoot.find(),
                        0,
                        sluice.stack().keycloak().issuer(),
                        ttl -> sluice.stack().keycloak().token("carol"))) {
            for (var page :
                    List.of(console.url(), sluice.url(Component.SSE_EDGE).resolve("/console/index.html"))) {
                node.run(PATIENCE, "test/real/sign-in.mjs", page.toString(), "alice");
            }
        }
    }

    @Test
    void shouldWeighLittle() throws Exception {
        long bytes = 0;
        for (var folder : new String[] {"console", "clients/js/src"}) {
            try (Stream<Path> files = Files.walk(RepositoryRoot.find().resolve(folder))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    bytes += Files.size(file);
                }
            }
        }
        assertThat(bytes).isLessThan(MOST_BYTES);
    }
}
