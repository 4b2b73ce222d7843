package dev.sluice.system.standard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9113 (and 7541) as h2spec asks for it, of each service. */
@Tag("full")
@ExtendWith(SharedSluice.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2IT {
    /** What Netty decides; operators.md, "HTTP/2", says how. */
    private static final Set<String> NETTYS = Set.of(
            "3.5 2: Sends invalid connection preface",
            "5.1 6: half closed (remote): Sends a HEADERS frame",
            "5.1 12: closed: Sends a HEADERS frame",
            "5.1.1 2: Sends stream identifier that is numerically smaller than previous");

    /** Seconds: a service that is slow, on a machine that has other things to do, breaks no rule. */
    private static final String PATIENCE = "10";

    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");

    /** In the list of failures: a section, or a case of it. */
    private static final Pattern LINE = Pattern.compile("(?m)^ +(?:([0-9.]+)\\. |× ([0-9]+: .+$))");

    private final Sluice sluice;
    private final Map<Component, String> table = new ConcurrentSkipListMap<>();
    private final SideBySide<Component> services;

    Http2IT(Sluice sluice) {
        this.sluice = sluice;
        services = new SideBySide<>(Sluice.SERVICES, this::ask);
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldKeepTheRulesOfHttp2(Component service) throws Exception {
        services.await(service);
    }

    private void ask(Component service) throws IOException {
        var url = sluice.url(service);
        var printed = Toolchain.H2SPEC.print(
                Path.of("target/standard", "h2spec-" + service + ".log"),
                "-h",
                url.getHost(),
                "-p",
                Integer.toString(url.getPort()),
                "--timeout",
                PATIENCE,
                "-P",
                "/q/health/live");
        var summary = SUMMARY.matcher(printed);
        assertThat(summary.find()).as(printed).isTrue();
        var failed = failures(printed);
        table.put(
                service,
                "| %s | %s | %s | %s | %s |"
                        .formatted(
                                service,
                                summary.group(1),
                                summary.group(2),
                                summary.group(4),
                                String.join("; ", failed)));
        assertThat(failed).hasSize(Integer.parseInt(summary.group(4))).isSubsetOf(NETTYS);
    }

    private static Set<String> failures(String printed) {
        var failed = new TreeSet<String>();
        var section = "";
        var lines = LINE.matcher(printed.substring(Math.max(0, printed.indexOf("Failures:"))));
        while (printed.contains("Failures:") && lines.find()) {
            if (lines.group(1) == null) {
                failed.add(section + " " + lines.group(2));
            } else {
                section = lines.group(1);
            }
        }
        return failed;
    }

    @AfterAll
    void print() {
        System.out.println("h2spec "
                + Toolchain.H2SPEC.version("github.com/summerwind/h2spec")
                + "\n| service | cases | passed | failed | which |\n|---|---|---|---|---|\n"
                + String.join("\n", table.values()));
    }
}
