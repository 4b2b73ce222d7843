package dev.sluice.system.js;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What clients/js shows by itself. */
class ClientIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void shouldBearWhatAScriptedServerDoesToIt() {
        Node.inClient().run(PATIENCE, "--test", "--test-reporter=dot", "test/client.test.js");
    }

    /** Its types, its size, and what somebody has who installs it. */
    @Test
    @Tag("full")
    void shouldBeAPackageForOthers() {
        Node.inClient().run(PATIENCE, "--test", "--test-reporter=dot", "test/package.test.js");
    }
}
