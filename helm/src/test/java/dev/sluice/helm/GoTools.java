package dev.sluice.helm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is built with Go from the Go module proxy, once for a machine: it is kept in {@code ~/.cache/sluice-tests/bin}, by version. From
 * nothing that takes some twenty minutes on two cores.
 */
record GoTools(Path etcd, Path apiServer, Path kubectl, Path helm3, Path helm4) {
    private static final String KUBERNETES = "v1.34.4";
    private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "sluice-tests");

    static boolean hasGo() {
        try {
            return new ProcessBuilder("go", "version").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static GoTools built() throws IOException, InterruptedException {
        return new GoTools(
                build("etcd", "go.etcd.io/etcd/server/v3", "v3.6.6", ".", ""),
                build(
                        "kube-apiserver",
                        "k8s.io/kubernetes",
                        KUBERNETES,
                        "./cmd/kube-apiserver",
                        "-X k8s.io/component-base/version.gitVersion=" + KUBERNETES
                                + " -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=34"),
                build("kubectl", "k8s.io/kubernetes", KUBERNETES, "./cmd/kubectl", ""),
                build("helm3", "helm.sh/helm/v3", "v3.22.0", "./cmd/helm", ""),
                build("helm4", "helm.sh/helm/v4", "v4.3.1", "./cmd/helm", ""));
    }

    private static Path build(String name, String module, String version, String main, String flags)
            throws IOException, InterruptedException {
        Path binary = CACHE.resolve("bin").resolve(name + "-" + version);
        if (Files.isExecutable(binary)) {
            return binary;
        }
        Files.createDirectories(binary.getParent());
        Path source = Files.createTempDirectory(CACHE, name);
        String download = run(Path.of("."), "go", "mod", "download", "-json", module + "@" + version);
        copy(Path.of(Manifests.JSON.readTree(download).path("Dir").asText()), source);
        // A module's archive has neither its staging folders nor its siblings: those are modules of their own, of the
        // same version.
        Path mod = source.resolve("go.mod");
        Files.writeString(
                mod,
                Files.readString(mod)
                        .replaceAll("(?m)^\\s*(replace )?\\S+( v\\S+)? => \\.\\.?/.*$", "")
                        .replaceAll(
                                "(?m)^(\\s*k8s\\.io/[a-z-]+) v0\\.0\\.0$", "$1 " + KUBERNETES.replace("v1.", "v0.")));
        Path made = source.resolve("made");
        run(source, "go", "build", "-mod=mod", "-trimpath", "-ldflags", "-s -w " + flags, "-o", made.toString(), main);
        Files.move(made, binary, StandardCopyOption.REPLACE_EXISTING);
        return binary;
    }

    /** What the command said; throws with all of it when it failed. */
    static String run(Path folder, String... command) throws IOException, InterruptedException {
        return run(folder, Map.of("CGO_ENABLED", "0", "GOWORK", "off"), List.of(command));
    }

    static String run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path complaints = Files.createTempFile("go-tools", ".err");
        try {
            var builder = new ProcessBuilder(new ArrayList<>(command))
                    .directory(folder.toFile())
                    .redirectError(complaints.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + " failed: " + said + Files.readString(complaints));
            }
            return said;
        } finally {
            Files.delete(complaints);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.filter(path -> !from.relativize(path).startsWith("vendor"))
                    .toList()) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(path));
                }
            }
        }
    }
}
