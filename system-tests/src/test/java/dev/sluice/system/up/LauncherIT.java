package dev.sluice.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.RepositoryRoot;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code ./sluice} does where nothing runs and nothing has to be built. */
class LauncherIT {

    /** The command of docs/operations.md. */
    @Test
    void shouldSizeALoad() throws Exception {
        var page = Files.readString(RepositoryRoot.find().resolve("docs/operations.md"));
        var command = "./sluice size --connections 50000 --events 2000 --bytes 300 --protocol sse,ws";
        assertThat(page).contains("`" + command + "`");

        assertThat(Demonstration.output(command)).contains("replicas:").doesNotContain("Usage:");
    }

    @Test
    void shouldSayWhatThereIsWhenThereIsNoSuchCommand() throws Exception {
        try (var shell = Shell.run(Map.of(), "./sluice start")) {
            assertThat(shell.exitCode()).isEqualTo(2);
            assertThat(shell.out()).isEmpty();
        }
    }

    @Test
    void shouldHelpWithEachCommand() throws Exception {
        for (var command : new String[] {"up", "token", "listen", "status", "logs", "size", "bench"}) {
            assertThat(Demonstration.output("./sluice " + command + " --help"))
                    .isEqualTo(Demonstration.output("./sluice help " + command))
                    .startsWith("Usage: ./sluice " + command);
        }
    }
}
