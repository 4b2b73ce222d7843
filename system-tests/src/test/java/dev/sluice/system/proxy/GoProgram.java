package dev.sluice.system.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program that is built from its Go module the first time, and kept below {@code ~/.cache/sluice-tests}. */
public enum GoProgram {
    CADDY("github.com/caddyserver/caddy/v2/cmd/caddy", "v2.11.9"),
    GRPCURL("github.com/fullstorydev/grpcurl/cmd/grpcurl", "v1.9.4");

    private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "sluice-tests", "bin");

    private final String module;
    private final String version;

    GoProgram(String module, String version) {
        this.module = module;
        this.version = version;
    }

    public String version() {
        return version;
    }

    /** Empty where there is no Go, or the module can't be had. */
    public synchronized Optional<Path> find() {
        var program = name().toLowerCase(Locale.ROOT);
        var kept = CACHE.resolve(program + "-" + version);
        if (Files.isExecutable(kept)) {
            return Optional.of(kept);
        }
        try {
            Files.createDirectories(CACHE);
            var fresh = Files.createTempDirectory(CACHE, program);
            var builder = new ProcessBuilder("go", "install", "-trimpath", module + "@" + version)
                    .redirectErrorStream(true)
                    .redirectOutput(CACHE.resolve(program + ".log").toFile());
            builder.environment().put("GOBIN", fresh.toString());
            // Others work on this machine, too.
            builder.environment().put("GOFLAGS", "-p=1");
            var process = builder.start();
            if (process.waitFor(20, TimeUnit.MINUTES) && process.exitValue() == 0) {
                Files.move(fresh.resolve(program), kept);
                Files.delete(fresh);
                return Optional.of(kept);
            }
            return Optional.empty();
        } catch (java.nio.file.FileAlreadyExistsException builtBesides) {
            return Optional.of(kept);
        } catch (IOException absent) {
            if (absent.getMessage() != null && absent.getMessage().contains("Cannot run program")) {
                return Optional.empty();
            }
            throw new UncheckedIOException(absent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
