package dev.sluice.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.Ports;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The image of one service. What changes seldom lies in the lower layers, so that a new version is a small download. The same input
 * makes the same image.
 *
 * @param service the module's name, for example {@code sse-edge}
 * @param application what its build made: {@code target/quarkus-app}
 * @param cache what a {@link Training} made of it; null: its JVM starts without
 */
record ServiceImage(
        String service, Path application, @Nullable Path cache) {
    /** Nobody in particular, and not root; the chart says the same. */
    static final String USER = "10001:10001";

    /** The base of an image without anything. */
    static final String SCRATCH = "scratch";

    /**
     * Why each: docs/operations.md, "The JVM". In the environment, so that who runs it can replace all of them at once; a
     * second collector on the command line would be refused.
     */
    static final String JVM_FLAGS =
            "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+IgnoreUnrecognizedVMOptions -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError";

    private static final AbsoluteUnixPath ROOT = AbsoluteUnixPath.get("/app");

    /** From what is seldom new to what always is: libraries, what Quarkus generated, our own classes. */
    private static final List<String> LAYERS = List.of("lib", "quarkus", "app");

    static final String LAUNCHER = "quarkus-run.jar";

    private static final AbsoluteUnixPath CACHE = ROOT.resolve("app.aot");

    ServiceImage {
        if (!Files.exists(application.resolve(LAUNCHER))) {
            throw new IllegalArgumentException(service + " is not built: there is no " + application.resolve(LAUNCHER));
        }
    }

    /**
     * The same, with a cache for its JVM.
     *
     * @param java the home of a JVM of the build that the base has
     * @param folder where the cache remains
     */
    ServiceImage trained(Path java, Path folder) throws IOException, InterruptedException {
        return new ServiceImage(service, application, new Training(service, application, java).run(folder));
    }

    /** What the application in it consists of, file by file, as CycloneDX; the same for each platform, without the base. */
    Path billOfMaterials() {
        return application.resolveSibling("quarkus-run-cyclonedx.json");
    }

    /**
     * Writes it as a tar.
     *
     * @param base an image with Java, such as {@code eclipse-temurin:25-jre}, or {@link #SCRATCH}
     * @param tag of the image in the tar
     * @throws Exception what Jib throws, for example when the base can't be had
     */
    void write(String base, Platform platform, String tag, Path tar) throws Exception {
        Files.createDirectories(tar.toAbsolutePath().getParent());
        image(base, platform)
                .containerize(Containerizer.to(TarImage.at(tar).named("sluice/" + service + ":" + tag))
                        .setToolName("sluice"));
    }

    private JibContainerBuilder image(String base, Platform platform)
            throws IOException, InvalidImageReferenceException {
        JibContainerBuilder image = base.equals(SCRATCH) ? Jib.fromScratch() : Jib.from(base);
        image.setPlatforms(Set.of(platform))
                // Of the two formats the one that every tool loads.
                .setFormat(ImageFormat.Docker)
                .setCreationTime(Instant.EPOCH)
                .setUser(USER)
                .setWorkingDirectory(ROOT)
                .setExposedPorts(Ports.parse(List.of("8080")))
                .setEnvironment(Map.of(
                        "QUARKUS_HTTP_HOST", "0.0.0.0",
                        "QUARKUS_HTTP_PORT", "8080",
                        "JAVA_TOOL_OPTIONS", JVM_FLAGS))
                .setLabels(Map.of(
                        "org.opencontainers.image.title",
                        "sluice " + service,
                        "org.opencontainers.image.licenses",
                        "Apache-2.0",
                        "org.opencontainers.image.base.name",
                        base))
                .setEntrypoint(entrypoint());
        for (String folder : LAYERS) {
            image.addFileEntriesLayer(layer(folder));
        }
        if (cache != null) {
            image.addFileEntriesLayer(FileEntriesLayer.builder()
                    .setName("cache")
                    .addEntry(cache, CACHE)
                    .build());
        }
        return image;
    }

    /** The cache is named here, so that who replaces the JVM's flags does not lose it. */
    private List<String> entrypoint() {
        String launcher = ROOT.resolve(LAUNCHER).toString();
        return cache == null
                ? List.of("java", "-jar", launcher)
                : List.of("java", "-XX:AOTCache=" + CACHE, "-jar", launcher);
    }

    private FileEntriesLayer layer(String folder) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(folder);
        if (folder.equals("app")) {
            layer.addEntry(application.resolve(LAUNCHER), ROOT.resolve(LAUNCHER));
        }
        Path source = application.resolve(folder);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                layer.addEntry(file, ROOT.resolve(folder + "/" + source.relativize(file)));
            }
        }
        return layer.build();
    }
}
