package dev.sluice.system.standard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each service does what its OpenAPI page says, as schemathesis finds out: what is legal there is taken, what is not refused, each answer
 * is one of those that it has, and no method is answered that it has not. Left out is the event stream, which does not end; its
 * parameters are the poll's.
 */
@Tag("full")
@ExtendWith(SharedSluice.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiIT {
    private static final Pattern SUMMARY =
            Pattern.compile("(?m)^.*(\\d+ (?:generated|failed|passed|test cases?)\\b.*)$");

    private final Sluice sluice;
    private final List<String> table = new CopyOnWriteArrayList<>();

    OpenApiIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldDoWhatItsOpenApiPageSays(Component service) throws IOException {
        var channel = Sluice.unique("standard.openapi");
        var cursor = sluice.producer().text(channel, "x");
        var configuration = Files.createDirectories(Path.of("target/standard").toAbsolutePath())
                .resolve("schemathesis-" + service + ".toml");
        Files.writeString(configuration, """
                [parameters]
                # A cursor is opaque, SQL is a language, and nobody waits here.
                "query.cursor" = "%1$s"
                "query.lastEventId" = "%1$s"
                "body.cursor" = "%1$s"
                "query.filter" = "type = 'message'"
                "query.wait" = 0

                [[operations]]
                include-path = "/v1/ws"
                checks.positive_data_acceptance.expected-statuses = [426]
                """.formatted(cursor));
        var printed = Toolchain.SCHEMATHESIS.print(
                Path.of("target/standard", "schemathesis-" + service + ".log"),
                "--config-file",
                configuration.toString(),
                "run",
                sluice.url(service) + "/q/openapi?format=json",
                "--url",
                sluice.url(service).toString(),
                "--header",
                "Authorization: Bearer " + sluice.admin(),
                "--exclude-path",
                "/v1/stream",
                "--phases",
                "examples,coverage,fuzzing",
                "--max-examples",
                "50",
                "--seed",
                "1",
                "--request-timeout",
                "10",
                "--continue-on-failure");
        var summary =
                SUMMARY.matcher(printed).results().map(found -> found.group(1)).toList();
        table.add("| %s | %s |".formatted(service, String.join("; ", summary)));
        assertThat(printed).contains("No issues found");
    }

    @AfterAll
    void print() {
        System.out.println("schemathesis " + Toolchain.SCHEMATHESIS.version("schemathesis")
                + "\n| service | |\n|---|---|\n" + String.join("\n", table));
    }
}
