package dev.sluice.system.js;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients/js shows by itself. */
@Tag("full")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ClientIT {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** All of it but some lines: coverage.mjs says how much has to be run. */
    @Test
    void shouldBearWhatAScriptedServerDoesToIt() {
        test("--experimental-test-coverage", "--test-reporter=./test/coverage.mjs", "test/client.test.js");
    }

    /** The part of the fault table for which no real service has to die; the other is {@link ClientFaultsIT}. */
    @Test
    void shouldGetEverythingOnceThroughTheFaultsOfAScriptedServer() {
        test("test/faults.test.js");
    }

    @Test
    void shouldGetEverythingOnceThroughTheSameFaultsInChromium() {
        assumeThat(Files.isExecutable(CHROMIUM)).as("%s", CHROMIUM).isTrue();
        test("test/faults-chromium.test.js");
    }

    /** Its types, its size, and what somebody has who installs it. */
    @Test
    void shouldBeAPackageForOthers() {
        test("test/package.test.js");
    }

    private static void test(String... arguments) {
        var all = new ArrayList<>(List.of("--test", "--test-reporter=dot", "--test-reporter-destination=stdout"));
        for (var argument : arguments) {
            all.add(argument);
            if (argument.startsWith("--test-reporter=")) {
                all.add("--test-reporter-destination=stdout");
            }
        }
        Node.inClient().run(PATIENCE, all.toArray(String[]::new));
    }
}
