package dev.sluice.system.js;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.console.Console;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.stack.Sluice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The console of the local stack in Chromium: each button does what it says (clients/js/test/real/console.mjs). */
@Tag("full")
class ConsoleIT {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final long MOST_BYTES = 150 * 1024;

    @Test
    void shouldShowAnEventOnThreeProtocolsAndSurviveItsButtons() {
        var node = Node.inClient();
        assumeThat(Files.isExecutable(CHROMIUM)).as("%s", CHROMIUM).isTrue();
        try (var sluice = new Sluice(Sluice.builder("console").start());
                var console = Console.serve(
                        sluice.stack(),
                        RepositoryRoot.find(),
                        0,
                        ttl -> sluice.mint(TokenRequest.of("alice")
                                .role("publisher")
                                .role("reader")
                                .ttl(ttl)))) {
            node.run(
                    PATIENCE,
                    "test/real/console.mjs",
                    console.url().toString(),
                    Path.of("target/console.png").toAbsolutePath().toString());
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
        Assertions.assertThat(bytes).isLessThan(MOST_BYTES);
    }
}
