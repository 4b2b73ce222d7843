package dev.sluice.bench.peer;

import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Gets what peers are made of by the registries' own clients, once, and keeps it below {@code ~/.cache/sluice-bench}. */
final class Downloads {
    private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "sluice-bench");
    private static final int PATIENCE_MINUTES = 5;

    private Downloads() {}

    /** Debian packages, unpacked only: installed, a server would start and take a port of somebody's. */
    static Path debian(String... packages) throws IOException, InterruptedException, Unavailable {
        Path folder = Files.createDirectories(CACHE.resolve("debian-" + String.join("-", packages)));
        Path done = folder.resolve(".done");
        if (!Files.exists(done)) {
            var download = new ArrayList<>(List.of("apt-get", "download", "-qq"));
            download.addAll(List.of(packages));
            run(folder, download);
            try (var files = Files.newDirectoryStream(folder, "*.deb")) {
                for (Path file : files) {
                    run(folder, List.of("dpkg", "-x", file.toString(), "."));
                }
            }
            Files.createFile(done);
        }
        return folder;
    }

    /** The servers of {@code bench/src/main/node} with the packages that its manifest names. */
    static Path node() throws IOException, InterruptedException, Unavailable {
        Path sources = RepositoryRoot.find().resolve("bench/src/main/node");
        int wanted = Files.readString(sources.resolve("package.json")).hashCode();
        Path folder = Files.createDirectories(CACHE.resolve("node-" + Integer.toHexString(wanted)));
        try (var files = Files.newDirectoryStream(sources)) {
            for (Path file : files) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        run(folder, List.of("node", "--version"));
        Path done = folder.resolve(".done");
        if (!Files.exists(done)) {
            run(folder, List.of("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"));
            Files.createFile(done);
        }
        return folder;
    }

    private static void run(Path folder, List<String> command) throws InterruptedException, Unavailable {
        Path log = folder.resolve("install.log");
        String said = String.join(" ", command);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                process.destroy();
                throw new Unavailable(said + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new Unavailable(said + " fails; see " + log);
            }
        } catch (IOException missing) {
            throw new Unavailable(said + " can't be run here: " + missing.getMessage());
        }
    }
}
