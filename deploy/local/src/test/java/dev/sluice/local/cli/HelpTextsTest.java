package dev.sluice.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code ./sluice help} prints kept texts, for which nothing has to be built. {@code -Dsluice.help.write=true} writes them anew. */
class HelpTextsTest {
    private static final Path TEXTS = RepositoryRoot.find().resolve("deploy/local/help");

    @Test
    void shouldKeepWhatTheLauncherSays() throws IOException {
        assertKept("sluice", Sluice.commandLine());
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "token", "listen", "status", "logs", "size"})
    void shouldKeepWhatACommandSays(String name) throws IOException {
        assertKept(
                name,
                Objects.requireNonNull(Sluice.commandLine().getSubcommands().get(name)));
    }

    private static void assertKept(String name, CommandLine command) throws IOException {
        String said = command.getUsageMessage(Ansi.OFF);
        Path text = TEXTS.resolve(name + ".txt");
        if (Boolean.getBoolean("sluice.help.write")) {
            Files.createDirectories(TEXTS);
            Files.writeString(text, said);
        }
        assertThat(text).hasContent(said);
    }
}
