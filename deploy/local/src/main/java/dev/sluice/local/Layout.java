package dev.sluice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;

/**
 * Where a stack keeps what.
 *
 * @param directory {@code .sluice} for {@code ./sluice up}
 * @param kafkaData the broker's data
 */
public record Layout(Path directory, Path kafkaData) {

    private static final String RULES = "rules.properties";

    /** Everything inside {@code directory}. */
    public Layout(Path directory) {
        this(directory, directory.resolve("kafka"));
    }

    public Path logs() {
        return directory.resolve("logs");
    }

    /** The database of Keycloak, if that runs. */
    Path keycloakData() {
        return directory.resolve("keycloak");
    }

    /** One file for each running process, see {@code RunFile}. */
    public Path run() {
        return directory.resolve("run");
    }

    /** Who may do what; every service reads it. */
    Path rules() {
        return directory.resolve(RULES);
    }

    public Path logOf(String name) {
        return logs().resolve(name + ".log");
    }

    /** Makes the directories, without logs and users and, unless {@code keepData}, without Kafka data of an earlier stack. */
    void prepare(boolean keepData) throws IOException {
        delete(logs());
        delete(keycloakData());
        if (!keepData) {
            delete(kafkaData);
        }
        Files.createDirectories(logs());
        Files.createDirectories(run());
        try (var rules = Layout.class.getResourceAsStream(RULES)) {
            if (rules == null) {
                throw new IOException(RULES + " is missing on the class path");
            }
            Files.copy(rules, rules(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var files = Files.walk(tree)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
