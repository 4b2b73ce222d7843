package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusyPortTest {

    @Test
    void shouldNamePortServiceAndOwnerBeforeAnythingIsStarted(@TempDir Path directory) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = taken.getLocalPort();

            assertThatThrownBy(() -> LocalStackBuilder.requireFreePort(port, "identity"))
                    .isInstanceOfSatisfying(StartFailed.class, failure -> assertThat(failure.line())
                            .isEqualTo("port " + port + " (identity) is in use by pid "
                                    + ProcessHandle.current().pid() + " (java)"));
        }
    }

    @Test
    void shouldSayWhichServiceIsNotBuilt(@TempDir Path directory) {
        var stack =
                LocalStack.builder(directory.resolve("state")).root(directory).only(Component.WS_EDGE);

        assertThatThrownBy(stack::start)
                .isInstanceOf(StartFailed.class)
                .hasMessageStartingWith("ws-edge is not built")
                .hasMessageContaining("ws-edge/target/quarkus-app/quarkus-run.jar");
    }

    @Test
    void shouldSayThatThereIsNoJava(@TempDir Path directory) {
        var stack = LocalStack.builder(directory.resolve("state"))
                .javaHome(directory)
                .only(Component.IDENTITY);

        assertThatThrownBy(stack::start).isInstanceOf(StartFailed.class).hasMessageStartingWith("no Java in");
    }
}
