package dev.sluice.system.standard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/**
 * What runs clients of a registry, and how it gets them: pinned in a manifest beside our few lines that use them, and kept below {@code
 * ~/.cache/sluice-tests}. Where it can't be had, the test is skipped and says so.
 */
public enum Toolchain {
    NODE("node", "package.json", "\"%s\": \"(?:npm:[^@]+@)?([^\"]+)\"") {
        @Override
        List<String> command(Path folder, String script) {
            return List.of("node", folder.resolve(script).toString());
        }
    },
    PYTHON("python", "requirements.txt", "(?m)^%s==(.+)$") {
        @Override
        List<String> command(Path folder, String script) {
            return List.of(
                    folder.resolve("venv/bin/python").toString(),
                    folder.resolve(script).toString());
        }
    },
    GO("go", "go.mod", "(?m)^\\s%s (v.+)$") {
        @Override
        void install(Path folder) {
            run(folder, "go", "build", "-o", "clients", ".");
        }

        @Override
        List<String> command(Path folder, String script) {
            return List.of(folder.resolve("clients").toString());
        }
    },
    /** 145 cases against a server of HTTP/2. */
    H2SPEC("h2spec", "go.mod", "(?m)^require %s (v.+)$") {
        @Override
        void install(Path folder) {
            run(folder, "go", "build", "-p", "1", "-o", "h2spec", "github.com/summerwind/h2spec/cmd/h2spec");
        }

        @Override
        List<String> command(Path folder, String script) {
            return List.of(folder.resolve("h2spec").toString());
        }
    },
    /** A page of it, without a browser. */
    REACT("react", "package.json", "\"%s\": \"([^\"]+)\"") {
        @Override
        List<String> command(Path folder, String script) {
            return List.of("node", folder.resolve(script).toString());
        }
    },
    /** What a phone's code imports, in the form for browsers, without one. */
    REACT_NATIVE("react-native", "package.json", "\"%s\": \"([^\"]+)\"") {
        @Override
        List<String> command(Path folder, String script) {
            return List.of("node", folder.resolve(script).toString());
        }
    },
    /** Protos of two versions. */
    BUF("buf", "package.json", "\"%s\": \"([^\"]+)\"") {
        @Override
        List<String> command(Path folder, String script) {
            return List.of(folder.resolve("node_modules/.bin/buf").toString());
        }
    },
    /** What is good form in OpenAPI and AsyncAPI. */
    SPECTRAL("spectral", "package.json", "\"%s\": \"([^\"]+)\"") {
        @Override
        List<String> command(Path folder, String script) {
            return List.of(
                    folder.resolve("node_modules/.bin/spectral").toString(),
                    "lint",
                    "--ruleset",
                    folder.resolve(".spectral.yaml").toString());
        }
    },
    /** Requests made of an OpenAPI document, legal ones and others. */
    SCHEMATHESIS("schemathesis", "requirements.txt", "(?m)^%s==(.+)$") {
        @Override
        List<String> command(Path folder, String script) {
            return List.of(folder.resolve("venv/bin/schemathesis").toString());
        }
    };

    private static final Path SOURCES = RepositoryRoot.find().resolve("system-tests/src/test/clients");
    private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "sluice-tests", "clients");
    /** One try each: whoever comes after one in vain need not wait for another. */
    private static final ConcurrentHashMap<Toolchain, Supplier<Path>> READY = new ConcurrentHashMap<>();

    private final String name;
    private final String manifest;
    private final String pinned;

    Toolchain(String name, String manifest, String pinned) {
        this.name = name;
        this.manifest = manifest;
        this.pinned = pinned;
    }

    /** By its registry's own client. */
    void install(Path folder) {
        if (manifest.equals("package.json")) {
            run(folder, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund");
        } else {
            run(folder, "python3", "-m", "venv", "venv");
            run(folder, "venv/bin/pip", "install", "-q", "-r", "requirements.txt");
        }
    }

    abstract List<String> command(Path folder, String script);

    /** Where it is ready to run; aborts the test where it can't be. */
    public Path ready() {
        return READY.computeIfAbsent(this, Toolchain::tried).get();
    }

    private static Supplier<Path> tried(Toolchain toolchain) {
        try {
            var folder = toolchain.prepare();
            return () -> folder;
        } catch (TestAbortedException missing) {
            return () -> {
                throw missing;
            };
        }
    }

    private Path prepare() {
        try {
            String wanted = Files.readString(SOURCES.resolve(name).resolve(manifest));
            Path folder = CACHE.resolve(name + "-" + Integer.toHexString(wanted.hashCode()));
            Path done = folder.resolve(".done");
            boolean kept = Files.exists(done);
            Files.createDirectories(folder);
            copy(folder);
            // What is ours in it may have changed.
            if (!kept || this == GO) {
                install(folder);
                Files.writeString(done, wanted);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copy(Path folder) throws IOException {
        try (var files = Files.list(SOURCES.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Which version is pinned. */
    public String version(String library) {
        try {
            var found = Pattern.compile(pinned.formatted(Pattern.quote(library)))
                    .matcher(Files.readString(SOURCES.resolve(name).resolve(manifest)));
            if (!found.find()) {
                throw new IllegalStateException(library + " is not in " + manifest);
            }
            return found.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs to its end what was installed, whatever it finds.
     *
     * @param log gets what it prints
     * @return what it printed
     */
    public String print(Path log, String... arguments) throws IOException {
        var command = new ArrayList<>(command(ready(), ""));
        command.addAll(List.of(arguments));
        // Some leave things behind where they are run.
        Path folder = Files.createDirectories(log.toAbsolutePath().getParent());
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toAbsolutePath().toFile())
                .start();
        try {
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                throw new AssertionError(name + " does not end (" + log + ")");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(log);
    }

    /** Fetches what others have made; aborts the test where that does not work. */
    public static void run(Path folder, String... command) {
        Assumptions.assumeTrue(
                succeeds(folder, command), String.join(" ", command) + " does not work here (" + log(folder) + ")");
    }

    /** Builds what is ours with what is there; fails the test where that does not work. */
    public static void build(Path folder, String... command) {
        assertThat(succeeds(folder, command))
                .as("%s; see %s", String.join(" ", command), log(folder))
                .isTrue();
    }

    private static Path log(Path folder) {
        return folder.resolve("install.log");
    }

    private static boolean succeeds(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log(folder).toFile()))
                    .start();
            try {
                return process.waitFor(10, TimeUnit.MINUTES) && process.exitValue() == 0;
            } finally {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
