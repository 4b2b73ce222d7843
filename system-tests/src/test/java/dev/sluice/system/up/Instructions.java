package dev.sluice.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.system.client.Expect;
import dev.sluice.system.docs.CodeBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the pages of the documentation tell people to type while {@code ./sluice up} runs: each block of commands that is marked as run by
 * {@link SluiceUpIT}, typed as it stands there, a terminal for each line.
 */
final class Instructions {
    private static final String UP = "./sluice up";
    private static final Pattern ASSIGNMENT = Pattern.compile("\\w+=.*");
    private static final Pattern LISTENS = Pattern.compile("curl -N .*|\\./sluice listen .*");
    private static final Pattern PUBLISHES = Pattern.compile("curl .*/events\\b.*");
    /** What README.md shows of it. */
    private static final Pattern HELLO = Pattern.compile("(?s).*\\bid: [\\w-]+\ndata: hello\n.*");

    /** What pages take for given, besides what they say themselves. */
    private final Map<String, String> environment;

    private final List<Line> lines = new ArrayList<>();

    /**
     * @param place for messages
     * @param given what has to be typed before it
     */
    private record Line(String place, String given, String command) {
        boolean is(Pattern kind) {
            return kind.matcher(command).matches();
        }

        @Override
        public String toString() {
            return place + ": " + command;
        }
    }

    /** @param environment what the pages take for given: {@code TOKEN} and {@code ADMIN} */
    Instructions(Map<String, String> environment) {
        this.environment = environment;
        for (CodeBlock block : CodeBlock.runBy(SluiceUpIT.class)) {
            var given = new StringBuilder();
            for (String line : block.text().replace("\\\n", " ").split("\n")) {
                if (ASSIGNMENT.matcher(line).matches()) {
                    given.append(line).append('\n');
                } else if (!line.equals(UP)) {
                    lines.add(new Line(block.place(), given.toString(), line));
                }
            }
        }
    }

    /** Listens first, publishes until everybody has heard it, and then does whatever else there is; each has to do what it is for. */
    void follow() throws IOException, InterruptedException {
        var listening = lines.stream().filter(line -> line.is(LISTENS)).toList();
        var publishing = lines.stream().filter(line -> line.is(PUBLISHES)).toList();
        assertThat(listening).hasSizeGreaterThanOrEqualTo(5);
        assertThat(publishing).hasSizeGreaterThanOrEqualTo(2);
        var listeners = new ArrayList<Shell>();
        try {
            for (Line line : listening) {
                listeners.add(start(line));
            }
            Expect.until("hello on each of " + listening, () -> {
                publishing.forEach(line -> assertThat(output(line))
                        .as(line.toString())
                        .contains("\"id\":", "\"channel\":", "\"cursor\":"));
                return listeners.stream().allMatch(Instructions::heardHello);
            });
            assertThat(String.join("\n", listeners.get(0).out()))
                    .as(listening.get(0).toString())
                    .matches(HELLO);
            for (Line line : lines) {
                if (!line.is(LISTENS) && !line.is(PUBLISHES)) {
                    assertThat(output(line)).as(line.toString()).doesNotContain("\"reason\":");
                }
            }
        } finally {
            listeners.forEach(Shell::close);
        }
        System.out.println("SluiceUpIT: was typed, and did what it is for: " + lines);
    }

    private static boolean heardHello(Shell listener) {
        return listener.out().stream().anyMatch(line -> line.contains("hello"));
    }

    private Shell start(Line line) throws IOException {
        return Shell.script(environment, line.given() + line.command());
    }

    /** Of a command that ends well. */
    private String output(Line line) {
        try (var shell = start(line)) {
            assertThat(shell.exitCode()).as(line.toString()).isZero();
            return String.join("\n", shell.out());
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(line.toString(), failed);
        }
    }
}
