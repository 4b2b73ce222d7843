package dev.sluice.system.js;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Node.js of this machine, in the folder of a package with its development dependencies. */
public record Node(Path folder) {
    private static final int OLDEST = 20;
    private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL);
    /** Node.js 20 has the browsers' {@code WebSocket}, but not without being asked. */
    private static final String WEB_SOCKET = "--experimental-websocket";

    /** Installs what the package's lock file names, when that has changed; skips the test where there is no Node.js. */
    public static Node inClient() {
        var folder = RepositoryRoot.find().resolve("clients/js");
        assumeThat(version())
                .as("Node.js %d or newer, with npm, on the PATH", OLDEST)
                .isGreaterThanOrEqualTo(OLDEST);
        var node = new Node(folder);
        var lock = folder.resolve("package-lock.json");
        var installed = folder.resolve("node_modules/.package-lock.json");
        try {
            if (!Files.exists(installed)
                    || Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) < 0) {
                assumeThatCode(() ->
                                node.command(Duration.ofMinutes(5), List.of("npm", "ci", "--no-audit", "--no-fund")))
                        .as("what package-lock.json names, from npm")
                        .doesNotThrowAnyException();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return node;
    }

    private static int version() {
        try {
            var process = new ProcessBuilder("node", "--version")
                    .redirectErrorStream(true)
                    .start();
            var match = VERSION.matcher(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return match.matches() ? Integer.parseInt(match.group(1)) : 0;
        } catch (IOException missing) {
            return 0;
        }
    }

    /** Runs a script to its good end; what it prints goes to this JVM's output. */
    public void run(Duration patience, String... arguments) {
        var command = new ArrayList<>(List.of("node", WEB_SOCKET));
        command.addAll(List.of(arguments));
        this.command(patience, command);
    }

    private void command(Duration patience, List<String> command) {
        Process process = null;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
                    .as("%s ended within %s", command, patience)
                    .isTrue();
            assertThat(process.exitValue()).as("%s; it says why above", command).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        }
    }
}
