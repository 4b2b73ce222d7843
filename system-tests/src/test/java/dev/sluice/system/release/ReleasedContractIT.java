package dev.sluice.system.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.standard.Toolchain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was published with the last release ({@code docs/released}) holds today: each service's OpenAPI page, AsyncAPI, the protos. With
 * {@code -Dsluice.release.write=true} today's become those of the release.
 */
@ExtendWith(SharedSluice.class)
class ReleasedContractIT {
    private static final Path ROOT = RepositoryRoot.find();
    private static final Path RELEASED = ROOT.resolve("docs/released");
    private static final Path PROTOS = ROOT.resolve("contract/src/main/proto");
    private static final String PUBLISHER = "sluice/v1/publisher.proto";
    private static final Path LOGS = Path.of("target/released");

    private final Sluice sluice;

    ReleasedContractIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldAnswerAsReleased(Component service) throws IOException {
        assertThat(broken("openapi/" + name(service), page(service))).isEmpty();
    }

    private String page(Component service) {
        return Http.get(sluice.url(service).resolve("/q/openapi")).body();
    }

    private static String name(Component service) {
        return service.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".yaml";
    }

    @Test
    void shouldSayAsReleased() throws IOException {
        assertThat(broken("asyncapi.yaml", asyncApi())).isEmpty();
    }

    private static String asyncApi() throws IOException {
        return Files.readString(ROOT.resolve("docs/asyncapi.yaml"));
    }

    @Tag("full")
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldHaveAPageThatIsClean(Component service) throws IOException {
        lint(name(service), page(service));
    }

    @Tag("full")
    @Test
    void shouldHaveACleanDocument() throws IOException {
        lint("asyncapi.yaml", asyncApi());
    }

    private static Iterable<String> broken(String name, String now) throws IOException {
        var released = RELEASED.resolve(name);
        if (isRelease()) {
            Files.createDirectories(released.getParent());
            Files.writeString(released, now);
        }
        return BreakingChanges.between(document(Files.readString(released)), document(now));
    }

    private static boolean isRelease() {
        return Boolean.getBoolean("sluice.release.write");
    }

    private static JsonNode document(String yaml) throws IOException {
        return new YAMLMapper().readTree(yaml);
    }

    private static void lint(String name, String document) throws IOException {
        var file = Files.writeString(Files.createDirectories(LOGS).resolve(name), document);
        assertThat(Toolchain.SPECTRAL.print(
                        LOGS.resolve("spectral-" + name + ".log"),
                        "--fail-severity=hint",
                        file.toAbsolutePath().toString()))
                .contains("No results");
    }

    // ---- gRPC

    @Test
    void shouldBeCalledAsReleased() throws IOException {
        if (isRelease()) {
            copy(PROTOS, RELEASED.resolve("proto"), proto -> proto);
        }
        assertThat(broken(PROTOS)).isEmpty();
    }

    @Test
    void shouldSeeWhatBreaksACall(@TempDir Path protos) throws IOException {
        copy(RELEASED.resolve("proto"), protos, proto -> proto.replaceFirst("\n +string \\w+ = 1;", ""));
        assertThat(broken(protos)).contains("Previously present field \"1\"");
        copy(RELEASED.resolve("proto"), protos, proto -> proto + "message Added { string name = 1; }\n");
        assertThat(broken(protos)).isEmpty();
    }

    /** What buf finds. */
    private static String broken(Path protos) throws IOException {
        return Toolchain.BUF.print(
                LOGS.resolve("buf.log"),
                "breaking",
                protos.toString(),
                "--against",
                RELEASED.resolve("proto").toString());
    }

    /** @param change of one of them */
    private static void copy(Path from, Path to, UnaryOperator<String> change) throws IOException {
        try (var files = Files.walk(from)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    var copy = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                    if (copy.endsWith(PUBLISHER)) {
                        Files.writeString(copy, change.apply(Files.readString(copy)));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
