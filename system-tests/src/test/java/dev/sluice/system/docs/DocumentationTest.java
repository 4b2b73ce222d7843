package dev.sluice.system.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.contract.problem.Reason;
import dev.sluice.fanout.session.GapReason;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.stack.ImageFlags;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each list in the documentation has what the code has: nothing less, nothing more, nothing else. */
class DocumentationTest {
    private static final Path ROOT = RepositoryRoot.find();
    private static final Sources SOURCES = new Sources(ROOT);
    private static final String NONE = "–";

    @Test
    void shouldListEveryConfigurationKeyAsTheCodeDeclaresIt() {
        List<List<String>> documented = page("docs/configuration.md")
                .table("Key", "Environment variable", "Type", "Default", "Read by", "Meaning")
                .stream()
                .map(row -> row.subList(0, 5))
                .toList();

        List<List<String>> declared = ConfigurationKey.in(SOURCES.production()).stream()
                .map(key -> List.of(
                        key.key(),
                        key.environmentVariable(),
                        key.type(),
                        key.defaultValue().isEmpty() ? NONE : key.defaultValue(),
                        key.readBy()))
                .toList();

        assertThat(declared).as("keys found in the sources").isNotEmpty();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(declared);
    }

    /** In blocks of properties, and of environment variables; other people's keys are theirs. */
    @Test
    void shouldConfigureOnlyWhatThereIs() {
        List<Pattern> declared = ConfigurationKey.in(SOURCES.production()).stream()
                .flatMap(key -> Stream.of(key.key(), key.environmentVariable()))
                .map(name -> Pattern.compile(name.replace(".", "\\.").replaceAll("<\\w+>", "[^.]+")))
                .toList();

        assertThat(CodeBlock.all())
                .filteredOn(block -> block.language().equals("properties"))
                .isNotEmpty()
                .flatMap(block -> block.text().lines().toList())
                .map(line -> line.replaceFirst("=.*", ""))
                .filteredOn(key -> key.matches("(?i)sluice[._].*"))
                .isNotEmpty()
                .allSatisfy(key -> assertThat(declared).as(key).anyMatch(pattern -> pattern.matcher(key)
                        .matches()));
    }

    @Test
    void shouldListEveryMeterAsTheCodeRegistersIt() {
        List<List<String>> documented =
                page("docs/metrics.md").table("Meter", "In Prometheus", "Type", "Tags", "Meaning").stream()
                        .map(row -> row.subList(0, 4))
                        .toList();

        List<List<String>> registered = Meter.in(SOURCES.production()).stream()
                .map(meter -> List.of(
                        meter.name(),
                        meter.prometheusName(),
                        meter.kind(),
                        meter.tags().isEmpty() ? NONE : String.join(", ", meter.tags())))
                .toList();

        assertThat(registered).as("meters found in the sources").isNotEmpty();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(registered);
    }

    @Test
    void shouldListEveryReasonWithItsCodesOnEachProtocol() {
        List<List<String>> documented = page("docs/clients.md").table("reason", "HTTP", "WebSocket", "gRPC");

        List<List<String>> declared = Arrays.stream(Reason.values())
                .map(reason -> List.of(
                        reason.code(),
                        String.valueOf(reason.httpStatus()),
                        String.valueOf(reason.webSocketCloseCode()),
                        Status.fromCodeValue(reason.grpcStatus()).getCode().name()))
                .toList();

        assertThat(documented).containsExactlyInAnyOrderElementsOf(declared);
    }

    @Test
    void shouldListEveryReasonOfAGap() {
        List<String> documented = page("docs/clients.md").table("reason of a gap", "meaning").stream()
                .map(row -> row.get(0))
                .toList();

        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(GapReason.values()).map(GapReason::code).toList());
    }

    @Test
    void shouldSayWhyOfEachFlagOfTheImages() {
        List<List<String>> documented = page("docs/operations.md").table("flag", "why");

        assertThat(documented).extracting(row -> row.get(0)).containsExactlyInAnyOrderElementsOf(ImageFlags.read());
    }

    @Test
    void shouldNameOnlyTestsThatAreThere() {
        var guarantees = page("docs/guarantees.md");
        var named = Stream.of(
                        guarantees.table("", "promise", "shown by"),
                        guarantees.table("promise", "limit", "what happens there", "shown by"),
                        page("docs/security.md").table("actor", "attack", "answer", "test"))
                .flatMap(List::stream)
                .map(row -> row.get(row.size() - 1))
                .filter(tests -> !tests.equals(NONE))
                .flatMap(tests -> Arrays.stream(tests.split(", ")))
                .toList();

        assertThat(named).as("tests named on the pages").isNotEmpty();
        assertThat(SOURCES.tests()).containsAll(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "yaml"})
    void shouldShowOnlyWhatCanBeRead(String language) {
        var mapper = language.equals("json") ? new ObjectMapper() : new ObjectMapper(new YAMLFactory());
        // Else it would stop after the first value, and a fragment would pass.
        mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

        assertThat(CodeBlock.all())
                .filteredOn(block -> block.language().equals(language))
                .isNotEmpty()
                .allSatisfy(block -> assertThatCode(() -> mapper.readTree(block.text()))
                        .as(block.place())
                        .doesNotThrowAnyException());
    }

    @Test
    void shouldLinkOnlyToWhatIsThere() {
        var broken = new ArrayList<String>();
        for (Path file : SOURCES.markdown()) {
            var page = new Markdown(file);
            for (String link : page.links()) {
                if (!link.matches("[a-z]+:.*") && !resolves(file, page, link)) {
                    broken.add(ROOT.relativize(file) + ": " + link);
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    private static boolean resolves(Path file, Markdown page, String link) {
        String[] parts = link.split("#", 2);
        Path target = file.resolveSibling(parts[0]);
        if (!parts[0].isEmpty() && !Files.exists(target)) {
            return false;
        }
        return parts.length == 1
                || (parts[0].isEmpty() ? page : new Markdown(target)).anchors().contains(parts[1]);
    }

    private static Markdown page(String path) {
        return new Markdown(ROOT.resolve(path));
    }
}
