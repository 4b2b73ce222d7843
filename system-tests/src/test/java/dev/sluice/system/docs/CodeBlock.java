package dev.sluice.system.docs;

import java.util.List;
import java.util.Optional;

/**
 * A code block of a Markdown page.
 *
 * @param file as in the repository, for example {@code docs/clients.md}
 * @param line of the fence that begins it, from 1
 * @param language the first word after the fence; empty when there is none
 * @param info what follows the language, such as {@code recipe}
 * @param text without the fences
 * @param mark of the HTML comment in the line before: which test runs it, or why none does
 */
public record CodeBlock(String file, int line, String language, String info, String text, Optional<String> mark) {
    private static final String RUN = "run: ";

    /** All of the documentation, page by page. */
    static List<CodeBlock> all() {
        return Markdown.all().stream()
                .flatMap(page -> page.codeBlocks().stream())
                .toList();
    }

    /** Those that are marked as run by the test, page by page. */
    public static List<CodeBlock> runBy(Class<?> test) {
        return all().stream()
                .filter(block ->
                        block.runBy().filter(test.getSimpleName()::equals).isPresent())
                .toList();
    }

    /** Whether it is of commands, for somebody to copy. */
    boolean isShell() {
        return language.equals("sh") || language.equals("bash");
    }

    /** The test that runs it, by its mark. */
    Optional<String> runBy() {
        return mark.filter(text -> text.startsWith(RUN)).map(text -> text.substring(RUN.length()));
    }

    /** Where it is, for a message. */
    public String place() {
        return file + ":" + line;
    }
}
