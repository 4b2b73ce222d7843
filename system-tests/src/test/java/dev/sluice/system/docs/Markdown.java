package dev.sluice.system.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A Markdown file, as far as the comparison needs it: rows of tables, links, anchors. What stands in code blocks is none of them. */
final class Markdown {
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^\\s*```.*?^\\s*```");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+?) *$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\|(.*)\\|\\s*$");
    private static final Pattern BETWEEN_CELLS = Pattern.compile("(?<!\\\\)\\|");

    private final String text;

    Markdown(Path file) {
        this.text = CODE_BLOCK.matcher(Sources.read(file)).replaceAll("");
    }

    /** The targets of its links, in their order. */
    List<String> links() {
        return LINK.matcher(text).results().map(link -> link.group(1)).toList();
    }

    /** What its headings are called in links, by GitHub's rule. */
    List<String> anchors() {
        return HEADING.matcher(text)
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** The rows of the table whose header has these cells, without backticks; throws when there is none. */
    List<List<String>> table(String... header) {
        var rows = new ArrayList<List<String>>();
        boolean inside = false;
        boolean found = false;
        for (String line : text.split("\n", -1)) {
            var row = ROW.matcher(line);
            if (!row.matches()) {
                inside = false;
                continue;
            }
            List<String> cells = BETWEEN_CELLS
                    .splitAsStream(row.group(1))
                    .map(cell -> cell.replace("`", "").strip())
                    .toList();
            if (cells.equals(List.of(header))) {
                inside = true;
                found = true;
            } else if (inside && !cells.get(0).matches(":?-+:?")) {
                rows.add(cells);
            }
        }
        if (!found) {
            throw new IllegalStateException("there is no table with the header " + List.of(header));
        }
        return rows;
    }
}
