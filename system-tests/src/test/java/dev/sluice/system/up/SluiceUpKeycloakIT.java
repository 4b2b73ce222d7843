package dev.sluice.system.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Left out when somebody is using the default ports of this machine, as {@link SluiceUpIT}. */
@Tag("full")
@Tag("long")
class SluiceUpKeycloakIT {

    private static final Duration UNTIL_READY = Duration.ofMinutes(4);

    @BeforeAll
    static void everythingIsBuilt() throws IOException {
        Demonstration.everythingIsBuilt();
    }

    @BeforeEach
    void portsAreFree() {
        var busy = DefaultPorts.busy(1);
        assumeTrue(busy.isEmpty(), "in use: " + busy);
    }

    @Test
    void shouldRunWhatItPrintsAndLeaveNothingBehind() throws Exception {
        Demonstration.of("--identity", "keycloak").follow(UNTIL_READY, "keycloak", "publisher", "sse-edge");
        assertThat(DefaultPorts.busy(1)).isEmpty();
    }
}
