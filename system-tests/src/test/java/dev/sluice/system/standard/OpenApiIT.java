package dev.sluice.system.standard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
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
    private static final Pattern SUMMARY = Pattern.compile("(?m)^ +(\\d+) generated, (.+)$");

    private final Sluice sluice;
    private final Map<Component, String> table = new ConcurrentSkipListMap<>();
    private final SideBySide<Component> services;

    OpenApiIT(Sluice sluice) {
        this.sluice = sluice;
        services = new SideBySide<>(Sluice.SERVICES, this::ask);
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldDoWhatItsOpenApiPageSays(Component service) throws Exception {
        services.await(service);
    }

    private void ask(Component service) throws IOException {
        var channel = Sluice.unique("standard.openapi");
        var cursor = sluice.producer().text(channel, "x");
        var folder = Files.createDirectories(Path.of("target/standard").toAbsolutePath());
        // A cursor is opaque.
        var hooks = Files.writeString(folder.resolve("schemathesis_" + service + ".py"), """
                import schemathesis
                from hypothesis import strategies

                schemathesis.openapi.format("cursor", strategies.just("%s"))
                """.formatted(cursor));
        var configuration = folder.resolve("schemathesis-" + service + ".toml");
        Files.writeString(
                configuration,
                "hooks = \"" + hooks + "\"\n" + configured(service).formatted(channel));
        var printed = Toolchain.SCHEMATHESIS.print(
                Path.of("target/standard", "schemathesis-" + service + ".log"),
                "--config-file",
                configuration.toString(),
                "run",
                sluice.url(service) + "/q/openapi?format=json",
                "--url",
                sluice.url(service).toString(),
                "--header",
                "Authorization: Bearer "
                        + sluice.mint(TokenRequest.of("operator")
                                .role("sluice-admin")
                                .role("publisher")
                                .role("reader")),
                "--phases",
                "examples,coverage,fuzzing",
                "--max-examples",
                "50",
                "--seed",
                "1",
                "--request-timeout",
                "60",
                "--continue-on-failure");
        var summary = SUMMARY.matcher(printed);
        assertThat(summary.find()).as(printed).isTrue();
        table.put(service, "| %s | %s | %s |".formatted(service, summary.group(1), summary.group(2)));
        assertThat(summary.group(2)).as(printed).isEqualTo(summary.group(1) + " passed");
    }

    /** What no schema says; with the channel of the cursor. */
    private static String configured(Component service) {
        return switch (service) {
            case PUBLISHER -> """
                [[operations]]
                include-path = "/v1/events"
                # What is wrong with one event of a batch is said in the answer to all; too many are 413.
                checks.negative_data_rejection.expected-statuses = [200, 400, 401, 403, 408, 413, 415]

                [[operations]]
                include-path = "/v1/channels/{channel}/events"
                # Whatever JSON is, is an event. type and Idempotency-Key are for plain posts; a CloudEvent says both itself.
                checks.positive_data_acceptance.expected-statuses = ["2xx", 400]
                checks.negative_data_rejection.expected-statuses = [201, 400, 401, 403, 408, 413, 415]

                [[operations]]
                include-path = "/v1/backchannel-logout"
                # Who is no issuer has no token that is one (OpenID Connect Back-Channel Logout 1.0, section 2.8).
                checks.positive_data_acceptance.expected-statuses = [400]
                """;
            case SSE_EDGE -> """
                [[operations]]
                include-path = "/v1/poll"
                # A cursor is one of a channel, SQL is a language, nobody waits here, and max-unacked needs durable.
                parameters = { "query.channel" = "%s", "query.filter" = "type = 'message'", "query.wait" = 0, "query.durable" = "openapi" }

                [[operations]]
                # It does not end.
                include-path = "/v1/stream"
                enabled = false
                """;
            case WS_EDGE -> """
                [[operations]]
                include-path = "/v1/ws"
                checks.positive_data_acceptance.expected-statuses = [426]
                checks.negative_data_rejection.expected-statuses = [400, 401, 403, 405, 426]
                """;
            default -> "";
        };
    }

    @AfterAll
    void print() {
        System.out.println("schemathesis " + Toolchain.SCHEMATHESIS.version("schemathesis")
                + "\n| service | requests | |\n|---|---|---|\n" + String.join("\n", table.values()));
    }
}
