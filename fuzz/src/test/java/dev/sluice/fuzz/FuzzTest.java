package dev.sluice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.browser.TicketsFuzz;
import dev.sluice.grpc.FramesFuzz;
import dev.sluice.identity.TokensFuzz;
import dev.sluice.identity.browser.OriginsFuzz;
import dev.sluice.publisher.http.PostsFuzz;
import dev.sluice.testing.Seed;
import dev.sluice.ws.OperationsFuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each target for a while, in a JVM of its own: {@code -Dsluice.fuzz.runs=} says how many cases, {@link Seed} which. What ends otherwise than by a refusal lies in {@code target/fuzz} with a reproducer.
 */
@Tag("full")
class FuzzTest {
    private static final Path DIRECTORY = Path.of("target/fuzz").toAbsolutePath();
    private static final int RUNS = Integer.getInteger("sluice.fuzz.runs", 20_000);
    private static final long SEED = Seed.value();
    private static final int CAUSE_LINES = 10;
    private static final Pattern FINDING = Pattern.compile("^== (Java Exception|libFuzzer crashing)|ERROR: libFuzzer");
    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second");

    @ParameterizedTest
    @ValueSource(
            classes = {
                CursorFuzz.class,
                PatternFuzz.class,
                FilterFuzz.class,
                RecordFuzz.class,
                SubscriptionFuzz.class,
                PostsFuzz.class,
                OperationsFuzz.class,
                FramesFuzz.class,
                TicketsFuzz.class,
                TokensFuzz.class,
                OriginsFuzz.class
            })
    void shouldRefuseWhatIsBadAndFallOverNothing(Class<?> target) throws IOException, InterruptedException {
        Path found = Files.createDirectories(DIRECTORY.resolve(target.getSimpleName()));
        Path log = DIRECTORY.resolve(target.getSimpleName() + ".log");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "-Djdk.attach.allowAttachSelf=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=dev.sluice.**",
                // It stumbles over Netty's own way to find out what the JDK has.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
                "--reproducer_path=" + found,
                "-artifact_prefix=" + found + "/",
                "-seed=" + SEED,
                "-runs=" + RUNS,
                "-max_len=1024"));
        if (Runtime.version().feature() < 21) {
            command.remove("-XX:+EnableDynamicAgentLoading");
        }
        Process jazzer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int exit = jazzer.waitFor();
        String said = Files.readString(log, StandardCharsets.UTF_8);
        var done = DONE.matcher(said);

        assertThat(exit).as(() -> cause(said, log)).isZero();
        assertThat(done.find()).as(() -> cause(said, log)).isTrue();
        assertThat(Integer.parseInt(done.group(1))).isGreaterThanOrEqualTo(RUNS);
        System.out.printf("FuzzTest: %s, %s cases, seed %d, 0 findings%n", target.getSimpleName(), done.group(1), SEED);
    }

    /** What went wrong, of hundreds of lines: the first ten from where Jazzer names it, and where the others are. */
    private static String cause(String said, Path log) {
        List<String> lines = said.lines()
                .filter(line -> !line.startsWith("INFO:") && !line.startsWith("#"))
                .toList();
        int begin = 0;
        while (begin < lines.size() && !FINDING.matcher(lines.get(begin)).find()) {
            begin++;
        }
        // Without a finding the JVM itself failed: then the end tells.
        int from = begin < lines.size() ? begin : Math.max(0, lines.size() - CAUSE_LINES);
        return "seed " + SEED + ", all of it in " + log + ":\n"
                + lines.stream().skip(from).limit(CAUSE_LINES).collect(Collectors.joining("\n"));
    }
}
