package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./sluice up} looks at to know whether it has to build: the function {@code changed} of the script, as it stands there. */
class BuildFreshnessTest {
    private static final Pattern FUNCTION = Pattern.compile("(?ms)^changed\\(\\) \\{$.*?^}$");

    private final Path root;

    BuildFreshnessTest(@TempDir Path root) {
        this.root = root;
    }

    private boolean isChanged(String file) throws IOException, InterruptedException {
        Path stamp = Files.createFile(root.resolve("stamp"));
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().minusSeconds(60)));
        Path touched = root.resolve(file);
        Files.createDirectories(touched.getParent());
        Files.createFile(touched);
        var function = FUNCTION.matcher(Files.readString(RepositoryRoot.find().resolve("sluice")));
        assertThat(function.find()).as("a function 'changed'").isTrue();
        Process shell = new ProcessBuilder(
                        "sh", "-euc", function.group() + "\nif changed stamp; then echo build; else echo fresh; fi")
                .directory(root.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        shell.waitFor();
        assertThat(said).isIn("build", "fresh");
        return said.equals("build");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sse-edge/src/main/java/A.java",
                "sse-edge/pom.xml",
                "deploy/local/src/main/resources/a",
                "console/console.js",
                "clients/js/src/index.js"
            })
    void shouldBuildWhatGoesIntoAService(String file) throws IOException, InterruptedException {
        assertThat(isChanged(file)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sse-edge/src/test/java/ATest.java",
                "sse-edge/target/classes/src/A.class",
                "clients/js/test/client.test.js",
                "clients/js/node_modules/x/src/index.js",
                "docs/clients.md",
                ".git/src/x"
            })
    void shouldNotBuildForWhatDoesNot(String file) throws IOException, InterruptedException {
        assertThat(isChanged(file)).isFalse();
    }
}
