package dev.sluice.system.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The production sources of all modules, as text, and the repository's Markdown. */
final class Sources {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?m)^\\s*//[^\\n]*", Pattern.DOTALL);

    private final Path root;

    /** @param root of the repository */
    Sources(Path root) {
        this.root = root;
    }

    /**
     * One production class.
     *
     * @param module the folder of its module, for example {@code sse-edge}
     * @param code without comments
     */
    record Source(String module, Path file, String code) {}

    List<Source> production() {
        var sources = new ArrayList<Source>();
        for (String module : modules()) {
            Path code = root.resolve(module).resolve("src/main/java");
            if (Files.isDirectory(code)) {
                for (Path file : files(code, ".java")) {
                    sources.add(new Source(
                            module,
                            root.relativize(file),
                            COMMENT.matcher(read(file)).replaceAll("")));
                }
            }
        }
        return sources;
    }

    /** The simple names of all test classes. */
    Set<String> tests() {
        return modules().stream()
                .map(module -> root.resolve(module).resolve("src/test/java"))
                .filter(Files::isDirectory)
                .flatMap(folder -> files(folder, ".java").stream())
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .filter(name -> name.endsWith("Test") || name.endsWith("IT"))
                .collect(Collectors.toSet());
    }

    /** The POM of each module, and of the whole. */
    List<String> poms() {
        return files(root, "pom.xml").stream().map(Sources::read).toList();
    }

    /** All Java that is ours, that of tests too. */
    List<String> code() {
        return files(root, ".java").stream().map(Sources::read).toList();
    }

    /** All Markdown that is ours, without what a build or a tool left there. */
    List<Path> markdown() {
        return files(root, ".md");
    }

    private List<String> modules() {
        return Pattern.compile("<module>([^<]+)</module>")
                .matcher(read(root.resolve("pom.xml")))
                .results()
                .map(module -> module.group(1))
                .toList();
    }

    private static List<Path> files(Path folder, String suffix) {
        try (Stream<Path> entries = Files.list(folder)) {
            var found = new ArrayList<Path>();
            for (Path entry : entries.sorted().toList()) {
                String name = entry.getFileName().toString();
                if (Files.isDirectory(entry)) {
                    if (!name.startsWith(".") && !name.equals("target") && !name.equals("node_modules")) {
                        found.addAll(files(entry, suffix));
                    }
                } else if (name.endsWith(suffix)) {
                    found.add(entry);
                }
            }
            return found;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
