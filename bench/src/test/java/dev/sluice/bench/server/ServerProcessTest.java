package dev.sluice.bench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerProcessTest {
    private static ServerProcess start(String script) throws IOException, InterruptedException {
        return ServerProcess.start(List.of("sh", "-c", script));
    }

    @Test
    void shouldSayAndHear() throws IOException, InterruptedException {
        try (ServerProcess server = start("echo port 4711; read line; echo heard $line; read end")) {
            assertThat(server.port()).isEqualTo(4711);

            server.say("this");

            server.hear("heard this");
        }
    }

    @Test
    void shouldEndWithItsInput() throws IOException, InterruptedException {
        ServerProcess server = start("echo port 4711; cat");
        var process = ProcessHandle.of(server.pid()).orElseThrow();

        server.close();

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void shouldNotWaitForOneThatIsDead() {
        assertThatThrownBy(() -> start("exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has ended with 3");
    }

    @Test
    void shouldRefuseOneThatSaysSomethingElse() {
        assertThatThrownBy(() -> start("echo hello; cat")).hasMessageContaining("hello");
    }
}
