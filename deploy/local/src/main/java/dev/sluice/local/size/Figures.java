package dev.sluice.local.size;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The table of figures in docs/operations.md ("Figures"), the only place that they stand in. */
public final class Figures {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.-]+)` \\| ([0-9.]+) \\|");

    private final Map<String, Double> values;

    private Figures(Map<String, Double> values) {
        this.values = values;
    }

    /** @param root of the repository */
    public static Figures of(Path root) throws IOException {
        var values = new HashMap<String, Double>();
        ROW.matcher(Files.readString(root.resolve("docs/operations.md")))
                .results()
                .forEach(row -> values.put(row.group(1), Double.valueOf(row.group(2))));
        return new Figures(values);
    }

    /** @throws IllegalStateException when the page does not have it */
    public double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("docs/operations.md has no figure " + name);
        }
        return value;
    }
}
