package dev.sluice.system.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.client.Expect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Left out when somebody is using the default ports of this machine: it has only one set of them. */
class SluiceUpIT {

    private static final int REPLICAS = 2;
    private static final Duration UNTIL_READY = Duration.ofMinutes(3);

    @BeforeAll
    static void everythingIsBuilt() throws IOException {
        Demonstration.everythingIsBuilt();
    }

    @BeforeEach
    void portsAreFree() {
        var busy = DefaultPorts.busy(REPLICAS);
        assumeTrue(busy.isEmpty(), "in use: " + busy);
    }

    @Test
    void shouldRunWhatItPrintsAndLeaveNothingBehind() throws Exception {
        Demonstration.of("--replicas", Integer.toString(REPLICAS), "--origin", "https://app.example.com")
                .follow(
                        UNTIL_READY,
                        token -> {
                            shouldLetPagesIn();
                            var admin = Demonstration.output("./sluice token root --role sluice-admin");
                            new Instructions(Map.of("TOKEN", token, "ADMIN", admin)).follow();
                        },
                        "publisher",
                        "sse-edge-1",
                        "ws-edge-1",
                        "grpc-edge-1");
        assertThat(DefaultPorts.busy(REPLICAS)).isEmpty();
    }

    /** Those of this machine, on any port, and of the origin that was given; the log says what to do for others. */
    private static void shouldLetPagesIn() {
        for (var origin : List.of("http://localhost:3000", "http://127.0.0.1:5173", "https://app.example.com")) {
            assertThat(Preflight.of(origin).headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue(origin);
        }
        assertThat(Preflight.of("https://elsewhere.example.com").status()).isEqualTo(403);
        try {
            assertThat(Files.readAllLines(RepositoryRoot.find().resolve(".sluice/logs/sse-edge.log")))
                    .filteredOn(line -> line.contains("https://elsewhere.example.com"))
                    .singleElement()
                    .asString()
                    .contains("INFO", "sluice.browser.origins");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldSayInOneLineWhichPortIsInUse() throws Exception {
        var port = Component.WS_EDGE.defaultPort();
        try (var squatter = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                var up = Shell.runInForeground("./sluice", "up")) {
            assertThat(up.exitCode()).isNotZero();
            Expect.until("an error", () -> !up.err().isEmpty());
            assertThat(up.err()).hasSize(1);
            assertThat(up.err().get(0)).contains("port " + port, "ws-edge", "in use");
            assertThat(squatter.isBound()).isTrue();
        }
        assertThat(DefaultPorts.busy(REPLICAS)).isEmpty();
    }
}
