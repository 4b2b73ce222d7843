package dev.sluice.system.js;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What clients/js shows by itself: against a scripted server, its types, its size, and as a package in somebody else's project. */
class ClientIT {

    @Test
    void shouldPassItsOwnTests() {
        Node.inClient().run(Duration.ofMinutes(5), "--test", "--test-reporter=dot", "test/");
    }
}
