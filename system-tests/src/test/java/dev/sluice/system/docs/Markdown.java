package dev.sluice.system.docs;

import dev.sluice.local.RepositoryRoot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Markdown file, as far as the comparison needs it: rows of tables, links, anchors, and code. What stands in code blocks is none of the
 * others.
 */
final class Markdown {
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^\\s*```.*?^\\s*```");
    private static final Pattern FENCE = Pattern.compile("^\\s*```\\s*(\\w*) *(.*)$");
    private static final Pattern MARK = Pattern.compile("^\\s*<!-- (.*) -->\\s*$");
    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+?) *$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\|(.*)\\|\\s*$");
    private static final Pattern BETWEEN_CELLS = Pattern.compile("(?<!\\\\)\\|");

    private final String name;
    private final String text;
    private final List<CodeBlock> blocks;

    Markdown(Path file) {
        this(file.toString(), Sources.read(file));
    }

    /** @param name of the file, as its blocks say it */
    Markdown(String name, String content) {
        this.name = name;
        this.text = CODE_BLOCK.matcher(content).replaceAll("");
        this.blocks = blocks(name, content.lines().toList());
    }

    /** All that is ours, each by its name in the repository. */
    static List<Markdown> all() {
        Path root = RepositoryRoot.find();
        return new Sources(root)
                .markdown().stream()
                        .map(file -> new Markdown(root.relativize(file).toString(), Sources.read(file)))
                        .toList();
    }

    private static List<CodeBlock> blocks(String name, List<String> lines) {
        var blocks = new ArrayList<CodeBlock>();
        for (int begin = 0; begin < lines.size(); begin++) {
            var fence = FENCE.matcher(lines.get(begin));
            if (fence.matches()) {
                int end = begin + 1;
                while (end < lines.size() && !FENCE.matcher(lines.get(end)).matches()) {
                    end++;
                }
                if (end == lines.size()) {
                    throw new IllegalStateException(name + ":" + (begin + 1) + ": the code block does not end");
                }
                var mark = MARK.matcher(begin == 0 ? "" : lines.get(begin - 1));
                blocks.add(new CodeBlock(
                        name,
                        begin + 1,
                        fence.group(1),
                        fence.group(2).strip(),
                        String.join("\n", lines.subList(begin + 1, end)).stripIndent(),
                        mark.matches() ? Optional.of(mark.group(1)) : Optional.empty()));
                begin = end;
            }
        }
        return List.copyOf(blocks);
    }

    String name() {
        return name;
    }

    /** In their order. */
    List<CodeBlock> codeBlocks() {
        return blocks;
    }

    /** The code within its sentences and tables. */
    List<String> codeSpans() {
        return SPAN.matcher(text)
                .results()
                .map(span -> span.group(1).replace("\\|", "|"))
                .toList();
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
