package dev.sluice.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The JDK 25 of this machine: what the environment's {@code SLUICE_JDK_25} says, else where Debian puts Temurin's. */
public final class NewestJava {

    private static final int FEATURE = 25;
    private static final Path JVMS = Path.of("/usr/lib/jvm");

    private NewestJava() {}

    /** Empty when there is none, and when this JVM is one. */
    public static Optional<Path> home() {
        if (Runtime.version().feature() >= FEATURE) {
            return Optional.empty();
        }
        var given = System.getenv("SLUICE_JDK_" + FEATURE);
        return given != null && !given.isEmpty() ? Optional.of(Path.of(given)) : found();
    }

    private static Optional<Path> found() {
        if (!Files.isDirectory(JVMS)) {
            return Optional.empty();
        }
        try (var homes = Files.newDirectoryStream(JVMS, "temurin-" + FEATURE + "*")) {
            for (var home : homes) {
                if (Files.isExecutable(home.resolve("bin/java"))) {
                    return Optional.of(home);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
