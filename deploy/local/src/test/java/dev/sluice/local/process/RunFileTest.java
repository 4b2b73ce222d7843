package dev.sluice.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {

    @Test
    void shouldFindTheProcessThatItWasWrittenAbout(@TempDir Path directory) throws IOException {
        RunFile.of("sse-edge", ProcessHandle.current(), 8081).write(directory);

        var read = RunFile.read(directory, "sse-edge").orElseThrow();

        assertThat(read.port()).isEqualTo(8081);
        assertThat(read.process()).contains(ProcessHandle.current());
        assertThat(RunFile.names(directory)).containsExactly("sse-edge");
    }

    @Test
    void shouldNotTakeAnotherProcessWithTheSamePidForOurs() {
        var now = RunFile.of("sse-edge", ProcessHandle.current(), 8081);
        var before = new RunFile("sse-edge", now.pid(), now.started().minusSeconds(60), 8081);

        assertThat(before.process()).isEmpty();
    }

    @Test
    void shouldReadATornFileAsNone(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("sse-edge.pid"), "12");

        assertThat(RunFile.read(directory, "sse-edge")).isEmpty();
        assertThat(RunFile.read(directory, "ws-edge")).isEmpty();
    }
}
