package dev.sluice.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldFindTheRootCauseRatherThanTheStack() throws IOException {
        var log = write(
                "12:00 INFO starting\n12:01 ERROR failed to start\njava.lang.RuntimeException: x\n\tat a.Error(B.java)\n"
                        + "Caused by: java.net.BindException: in use\n\tat c.D(E.java)\n12:02 INFO stopped\n");

        assertThat(LogTail.of(log, 0).lastError()).isEqualTo("Caused by: java.net.BindException: in use");
    }

    @Test
    void shouldFallBackToTheLastLine() throws IOException {
        assertThat(LogTail.of(write("one\ntwo\n\n"), 0).lastError()).isEqualTo("two");
        assertThat(LogTail.of(directory.resolve("none"), 0).lastError()).isEmpty();
    }

    @Test
    void shouldLeaveOutWhatAnEarlierRunLogged() throws IOException {
        assertThat(LogTail.of(write("ERROR old\nnew\n"), "ERROR old\n".length()).lastError())
                .isEqualTo("new");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("log"), text);
    }
}
