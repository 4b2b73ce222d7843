package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of a chart's values, made of its values.yaml: the line {@code # -- …} above a value describes it and all below it. */
final class ValuesTable {
    private static final Pattern DESCRIPTION = Pattern.compile("\\s*# -- (.*)");
    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z0-9_]+):.*");

    private ValuesTable() {}

    /** One value: its path, what it is by default, and what it is for. */
    private record Row(String path, String byDefault, String description) {
        @Override
        public String toString() {
            return "| `%s` | `%s` | %s |\n".formatted(path, byDefault, description.replace("|", "\\|"));
        }
    }

    /** As Markdown. */
    static String of(Path values) {
        var table = new StringBuilder("| Value | Default | Meaning |\n|---|---|---|\n");
        rows(values).forEach(table::append);
        return table.toString();
    }

    /** All values that are described, in their order. */
    static List<String> paths(Path values) {
        return rows(values).stream().map(Row::path).toList();
    }

    /** Throws when a value has no description, neither its own nor that of what it is in. */
    private static List<Row> rows(Path values) {
        try {
            JsonNode defaults = Manifests.YAML.readTree(values.toFile());
            var rows = new ArrayList<Row>();
            Deque<String> path = new ArrayDeque<>();
            String description = "";
            int described = Integer.MAX_VALUE;
            for (String line : Files.readAllLines(values)) {
                Matcher comment = DESCRIPTION.matcher(line);
                Matcher key = KEY.matcher(line);
                if (comment.matches()) {
                    description = comment.group(1);
                } else if (key.matches()) {
                    int depth = key.group(1).length() / 2;
                    if (depth > described) {
                        continue;
                    }
                    described = Integer.MAX_VALUE;
                    while (path.size() > depth) {
                        path.removeLast();
                    }
                    path.addLast(key.group(2));
                    JsonNode value = defaults.at("/" + String.join("/", path));
                    if (!description.isEmpty()) {
                        rows.add(new Row(String.join(".", path), value.toString(), description));
                        description = "";
                        described = depth;
                    } else if (!value.isObject()) {
                        throw new IllegalStateException(String.join(".", path) + " is not described");
                    }
                }
            }
            return rows;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
