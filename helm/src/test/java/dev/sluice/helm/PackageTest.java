package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users get: the package, and what Helm tells after an installation. */
class PackageTest {

    @Test
    void shouldHoldTheChartAndNothingElse(@TempDir Path folder) throws IOException {
        new Helm(Chart.FOLDER).packageIt().withDestination(folder).call();

        assertThat(entries(folder.resolve("sluice-0.1.0.tgz")))
                .contains(
                        "sluice/Chart.yaml",
                        "sluice/values.yaml",
                        "sluice/values.schema.json",
                        "sluice/README.md",
                        "sluice/files/rules/sluice.yaml",
                        "sluice/files/dashboards/sluice.json",
                        "sluice/templates/deployments.yaml")
                .noneMatch(entry -> entry.contains("/ci/") || entry.contains("/rules/tests/"));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldTellWhatWasInstalled(String file) {
        String told = notes(file);

        assertThat(Chart.of(file).kind("Deployment"))
                .allSatisfy(deployment -> assertThat(told).contains(Manifests.name(deployment) + ".streaming:"));
        assertThat(told).contains("helm test events --namespace streaming");
    }

    @Test
    void shouldTellWhatSpeaksTls() {
        assertThat(notes("tls-values.yaml")).contains("events-sluice-sse.streaming:443 (TLS)");
        assertThat(notes("default-values.yaml")).doesNotContain("TLS)");
    }

    @Test
    void shouldWarnOfWhatIsNotForProduction() {
        assertThat(notes("minimal-values.yaml")).contains("Kafka is spoken to in plain text", "auth.rules is empty");
        assertThat(notes("everything-values.yaml")).doesNotContain("WARNING");
    }

    private static String notes(String file) {
        Release release = new Helm(Chart.FOLDER)
                .install()
                .clientOnly()
                .dryRun()
                .debug()
                .withName(Chart.RELEASE)
                .withNamespace(Chart.NAMESPACE)
                .withKubeVersion("1.34.0")
                .withValuesFile(Chart.ci(file))
                .call();
        return release.getOutput();
    }

    /** Names in a tar: in the first 100 bytes of each header, which the file's size follows at 124. */
    private static List<String> entries(Path archive) throws IOException {
        var names = new ArrayList<String>();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
            byte[] header = in.readNBytes(512);
            while (header.length == 512 && header[0] != 0) {
                names.add(new String(header, 0, 100, java.nio.charset.StandardCharsets.UTF_8).replace("\0", ""));
                long size = Long.parseLong(
                        new String(header, 124, 11, java.nio.charset.StandardCharsets.US_ASCII).strip(), 8);
                in.skipNBytes((size + 511) / 512 * 512);
                header = in.readNBytes(512);
            }
        }
        return names;
    }
}
