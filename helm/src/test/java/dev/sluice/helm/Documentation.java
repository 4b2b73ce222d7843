package dev.sluice.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** What docs/configuration.md and docs/metrics.md say; that they say what the code does is DocumentationTest's (system-tests). */
final class Documentation {
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]+) \\|(.*)\\|$");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    /** Key, by who reads it as the page says: all, edges, publisher, or names of services. */
    private final Map<String, String> keys = new HashMap<>();

    private final Set<String> metrics = new HashSet<>();

    Documentation() {
        ROW.matcher(read("configuration.md")).results().forEach(this::addKeys);
        ROW.matcher(read("metrics.md")).results().forEach(this::addMetric);
    }

    /** Whether a component ({@code sse}) takes the environment variable for one of its keys. */
    boolean isReadBy(String component, String variable) {
        if (variable.equals("JAVA_TOOL_OPTIONS")) {
            return true;
        }
        if (variable.matches(
                "SMALLRYE_CONFIG_LOCATIONS|JDK_JAVA_OPTIONS|SLUICE_KAFKA_(USERNAME|PASSWORD|CLIENT_ID|CLIENT_SECRET)")) {
            return read("configuration.md").contains(variable);
        }
        if (variable.startsWith("KAFKA_")) {
            String setting = variable.substring("KAFKA_".length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '.');
            return component.equals("publisher")
                    ? ProducerConfig.configNames().contains(setting)
                    : ConsumerConfig.configNames().contains(setting);
        }
        return keys.entrySet().stream()
                .filter(key -> environmentVariable(key.getKey()).equals(variable))
                .anyMatch(key -> isAmong(component, key.getValue()));
    }

    /** Sluice's own keys, each with who reads it, sorted. */
    Map<String, String> ownKeys() {
        var own = new TreeMap<>(keys);
        own.keySet().removeIf(key -> !key.startsWith("sluice."));
        return own;
    }

    /** Whether a key of a properties file is one of the page's, which have {@code <name>} where a name is free. */
    boolean isKey(String key) {
        return key.equals("config_ordinal")
                || keys.keySet().stream()
                        .anyMatch(documented -> key.matches(Pattern.quote(documented)
                                .replace("<name>", "\\E[a-z0-9-]+\\Q")
                                .replace("…", "\\E.+\\Q")));
    }

    /** Whether it is in a scrape, by docs/metrics.md: ours, with what timers have of suffixes, or what Quarkus and Prometheus bring. */
    boolean isMetric(String name) {
        return name.equals("up")
                || name.matches("(jvm|process|system)_[a-z_]+")
                || metrics.contains(name)
                || metrics.contains(name.replaceFirst("_(bucket|count|sum|max)$", "") + " timer");
    }

    private static boolean isAmong(String component, String readers) {
        return List.of(readers.split(", ")).stream()
                .anyMatch(reader -> reader.equals("all")
                        || reader.equals(component)
                        || reader.equals(component + "-edge")
                        || reader.equals("edges") && !component.equals("publisher"));
    }

    private static String environmentVariable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /** {@code | `a.b`, `.c` | set to | services | … |}, or with the variable's name as the second column. */
    private void addKeys(MatchResult row) {
        List<String> cells = List.of(row.group(2).split("(?<!\\\\)\\|"));
        String readers = cells.size() > 3 ? cells.get(3) : cells.get(1);
        var names = new ArrayList<String>();
        for (MatchResult quoted : QUOTED.matcher(row.group(1)).results().toList()) {
            String name = quoted.group(1);
            names.add(name.startsWith(".") ? names.get(0).replaceFirst("\\.[^.]+$", "") + name : name);
        }
        names.forEach(name -> keys.put(name, readers.strip()));
    }

    private void addMetric(MatchResult row) {
        List<String> cells = List.of(row.group(2).split("(?<!\\\\)\\|"));
        if (row.group(1).startsWith("`sluice.")) {
            String name = cells.get(0).replace("`", "").strip();
            metrics.add(cells.get(1).strip().equals("timer") ? name + " timer" : name);
        }
    }

    static String read(String page) {
        try {
            return Files.readString(DOCS.resolve(page));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
