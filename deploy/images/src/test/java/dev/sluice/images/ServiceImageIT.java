package dev.sluice.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On an empty base, so that no registry is asked. */
@Tag("full")
class ServiceImageIT {
    private static final Path ROOT = Path.of("../..");
    private static final Path JAVA = Path.of(System.getProperty("java.home"));
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    ServiceImageIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"publisher-service", "sse-edge", "ws-edge", "grpc-edge"})
    void shouldHoldTheServiceAndHowToStartIt(String service) throws Exception {
        Image image = write(service, "one.tar");

        JsonNode config = image.config().path("config");
        assertThat(texts(config.path("Entrypoint"))).containsExactly("java", "-jar", "/app/quarkus-run.jar");
        assertThat(config.path("User").asText()).isEqualTo("10001:10001");
        assertThat(config.path("WorkingDir").asText()).isEqualTo("/app");
        assertThat(config.path("ExposedPorts").has("8080/tcp")).isTrue();
        assertThat(texts(config.path("Env")))
                .contains(
                        "QUARKUS_HTTP_HOST=0.0.0.0",
                        "QUARKUS_HTTP_PORT=8080",
                        "JAVA_TOOL_OPTIONS=" + ServiceImage.JVM_FLAGS);
        assertThat(config.at("/Labels/org.opencontainers.image.title").asText()).isEqualTo("sluice " + service);
        assertThat(image.config().path("architecture").asText()).isEqualTo("arm64");
        assertThat(image.files()).containsExactlyInAnyOrderEntriesOf(built(service));
    }

    @ParameterizedTest
    @ValueSource(strings = {"publisher-service", "sse-edge", "ws-edge", "grpc-edge"})
    void shouldHaveABillOfMaterialsThatNamesEachFile(String service) throws IOException {
        Path application = ROOT.resolve(service).resolve("target/quarkus-app");
        JsonNode bill = JSON.readTree(
                new ServiceImage(service, application, null).billOfMaterials().toFile());

        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bill.path("components"))
                .allSatisfy(
                        component -> assertThat(component.path("purl").asText()).startsWith("pkg:"));
        assertThat(bill.findValuesAsText("location").stream().map(file -> "app/" + file))
                .containsAll(built(service).keySet());
    }

    @Test
    void shouldPutWhatIsAlwaysNewIntoTheLastLayer() throws Exception {
        List<Map<String, Long>> layers = write("sse-edge", "one.tar").layers();

        assertThat(layers).hasSize(3);
        assertThat(layers.get(0).keySet()).allMatch(name -> name.startsWith("app/lib/"));
        assertThat(layers.get(2).keySet())
                .contains("app/quarkus-run.jar")
                .allMatch(name -> name.startsWith("app/app/") || name.equals("app/quarkus-run.jar"));
    }

    @Test
    void shouldBeTheSameWhenMadeAgain() throws Exception {
        write("ws-edge", "one.tar");
        write("ws-edge", "two.tar");

        assertThat(folder.resolve("one.tar")).hasSameBinaryContentAs(folder.resolve("two.tar"));
    }

    /** On any Java that an image may have; what is not known there is left out. */
    @Test
    void shouldNameFlagsThatEachJvmTakes() throws Exception {
        assertThat(flags()).contains("UseSerialGC = true", "MaxRAMPercentage = 50", "ExitOnOutOfMemoryError = true");
    }

    /** The JVM of containers is newer than what all of this has to run on. */
    @Test
    @EnabledForJreRange(min = JRE.JAVA_25)
    void shouldNameFlagsThatTheJvmOfContainersKnows() throws Exception {
        assertThat(flags()).contains("UseCompactObjectHeaders = true");
    }

    /** As the JVM that runs this sees them, without more than one blank at a place. */
    private static String flags() throws Exception {
        var java = new ProcessBuilder(JAVA.resolve("bin/java").toString(), "-XX:+PrintFlagsFinal", "-version");
        java.environment().put("JAVA_TOOL_OPTIONS", ServiceImage.JVM_FLAGS);
        Process started = java.redirectErrorStream(true).start();
        String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(started.waitFor()).as(said).isZero();
        return said.replaceAll(" +", " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"publisher-service", "sse-edge", "ws-edge", "grpc-edge"})
    @EnabledForJreRange(min = JRE.JAVA_25)
    void shouldStartFromWhatATrainingMade(String service) throws Exception {
        Path tar = folder.resolve("trained.tar");
        ServiceImage trained = new ServiceImage(service, ROOT.resolve(service).resolve("target/quarkus-app"), null)
                .trained(JAVA, folder);
        trained.write(ServiceImage.SCRATCH, new Platform("amd64", "linux"), "test", tar);
        Image image = Image.read(tar);

        assertThat(texts(image.config().path("config").path("Entrypoint")))
                .containsExactly("java", "-XX:AOTCache=/app/app.aot", "-jar", "/app/quarkus-run.jar");
        assertThat(image.layers()).hasSize(4);
        assertThat(image.layers().get(3).keySet()).containsExactly("app/app.aot");

        // As in a container: the files of the image at another place. With this mode the JVM ends where it can't use
        // the cache.
        Path app = Image.unpack(tar, folder.resolve("container")).resolve("app");
        Process started = Training.start(
                JAVA,
                List.of("-XX:AOTMode=on", "-XX:AOTCache=" + app.resolve("app.aot")),
                app.resolve("quarkus-run.jar"));
        try (var output = started.inputReader()) {
            assertThat(output.lines().takeWhile(line -> !line.contains("Listening on: ")))
                    .allSatisfy(line -> assertThat(line).doesNotContain("AOT cache"));
            assertThat(started.isAlive()).isTrue();
        } finally {
            started.destroyForcibly();
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_24)
    void shouldSayThatAJvmMakesNoCache() {
        var image = new ServiceImage("sse-edge", ROOT.resolve("sse-edge/target/quarkus-app"), null);

        assertThatThrownBy(() -> image.trained(JAVA, folder))
                .hasMessageContaining(JAVA + " made no AOT cache of sse-edge, which takes Java 25 or newer");
    }

    @Test
    void shouldSayWhatIsNotBuilt() {
        assertThatThrownBy(() -> new ServiceImage("sse-edge", folder, null))
                .hasMessageContaining("sse-edge is not built")
                .hasMessageContaining("quarkus-run.jar");
    }

    private Image write(String service, String name) throws Exception {
        Path tar = folder.resolve(name);
        new ServiceImage(service, ROOT.resolve(service).resolve("target/quarkus-app"), null)
                .write(ServiceImage.SCRATCH, new Platform("arm64", "linux"), "test", tar);
        return Image.read(tar);
    }

    /** The files of the build, by the names that they have in the image, with their sizes. */
    private static Map<String, Long> built(String service) throws IOException {
        Path application = ROOT.resolve(service).resolve("target/quarkus-app");
        var files = new TreeMap<String, Long>();
        try (Stream<Path> walk = Files.walk(application)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String name = application.relativize(file).toString();
                // What only rebuilding needs.
                if (!name.equals("quarkus-app-dependencies.txt")) {
                    files.put("app/" + name, Files.size(file));
                }
            }
        }
        return files;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** An image as a tar holds it: its configuration, and of each layer the files with their sizes. */
    private record Image(JsonNode config, List<Map<String, Long>> layers) {

        static Image read(Path tar) throws IOException {
            Map<String, byte[]> parts = files(Files.newInputStream(tar));
            JsonNode manifest = JSON.readTree(parts.get("manifest.json")).path(0);
            var layers = new ArrayList<Map<String, Long>>();
            for (JsonNode layer : manifest.path("Layers")) {
                var files = new TreeMap<String, Long>();
                var content = new GZIPInputStream(new ByteArrayInputStream(parts.get(layer.asText())));
                Image.files(content).forEach((name, bytes) -> files.put(name, (long) bytes.length));
                layers.add(files);
            }
            return new Image(JSON.readTree(parts.get(manifest.path("Config").asText())), layers);
        }

        /** Writes all files of all layers, with their times. */
        static Path unpack(Path tar, Path folder) throws IOException {
            Map<String, byte[]> parts = files(Files.newInputStream(tar));
            for (JsonNode layer :
                    JSON.readTree(parts.get("manifest.json")).path(0).path("Layers")) {
                var content = new GZIPInputStream(new ByteArrayInputStream(parts.get(layer.asText())));
                try (var entries = new TarArchiveInputStream(content)) {
                    for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                        if (entry.isFile()) {
                            Path file = folder.resolve(entry.getName());
                            Files.createDirectories(file.getParent());
                            Files.write(file, entries.readAllBytes());
                            Files.setLastModifiedTime(file, entry.getLastModifiedTime());
                        }
                    }
                }
            }
            return folder;
        }

        private static Map<String, byte[]> files(InputStream tar) throws IOException {
            var files = new LinkedHashMap<String, byte[]>();
            try (var entries = new TarArchiveInputStream(tar)) {
                for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                    if (entry.isFile()) {
                        files.put(entry.getName(), entries.readAllBytes());
                    }
                }
            }
            return files;
        }

        Map<String, Long> files() {
            var all = new TreeMap<String, Long>();
            layers.forEach(all::putAll);
            return all;
        }
    }
}
