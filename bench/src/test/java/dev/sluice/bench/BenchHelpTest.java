package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code ./sluice bench --help} prints a kept text, for which nothing has to be built. {@code -Dsluice.help.write=true} writes it anew. */
class BenchHelpTest {

    @Test
    void shouldKeepWhatItSays() throws IOException {
        String said = new CommandLine(new Bench()).getUsageMessage(Ansi.OFF);
        Path text = RepositoryRoot.find().resolve("deploy/local/help/bench.txt");
        if (Boolean.getBoolean("sluice.help.write")) {
            Files.writeString(text, said);
        }
        assertThat(text).hasContent(said);
    }
}
