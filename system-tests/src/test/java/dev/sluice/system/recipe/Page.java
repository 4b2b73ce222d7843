package dev.sluice.system.recipe;

import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A page of {@code docs/recipes}. */
record Page(String name, String text) {
    static final Path FOLDER = RepositoryRoot.find().resolve("docs/recipes");

    private static final Pattern CODE = Pattern.compile("(?ms)^```\\w+( recipe)?\\n(.*?)^```$");
    private static final Pattern PROPERTIES = Pattern.compile("(?ms)^```properties\\n(.*?)^```$");
    private static final Pattern PACKAGES = Pattern.compile("`pip install ([^`]+)`");
    private static final Pattern ARTIFACTS = Pattern.compile("`([a-z0-9.]+:[a-z0-9-]+:[0-9][0-9.]*)`");
    private static final String NOT_RUN = "Not run here";

    static Page of(String name) {
        try {
            return new Page(name, Files.readString(FOLDER.resolve(name + ".md")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of them but the index. */
    static List<Page> all() {
        try (var files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.md$", ""))
                    .filter(name -> !name.equals("README"))
                    .sorted()
                    .map(Page::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code, as it is copied from the page. */
    String code() {
        var code = CODE.matcher(text);
        if (!code.find()) {
            throw new IllegalStateException(name + " has no code");
        }
        return code.group(2);
    }

    /** What stands beside the code, in a file of properties. */
    String properties() {
        return PROPERTIES
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse("");
    }

    /** Whether it says of itself that it is run. */
    boolean isRun() {
        return CODE.matcher(text).results().anyMatch(code -> code.group(1) != null);
    }

    boolean saysThatItIsNotRun() {
        return text.contains(NOT_RUN);
    }

    /** Lines that say something. */
    long lines() {
        return code().lines().filter(line -> !line.isBlank()).count();
    }

    /** What Python needs for it, with versions. */
    List<String> pythonPackages() {
        var packages = PACKAGES.matcher(text);
        return packages.find() ? List.of(packages.group(1).split(" ")) : List.of();
    }

    /** What Maven gets for it: group:artifact:version. */
    List<String> artifacts() {
        return ARTIFACTS.matcher(text).results().map(found -> found.group(1)).toList();
    }

    @Override
    public String toString() {
        return name.toLowerCase(Locale.ROOT);
    }
}
