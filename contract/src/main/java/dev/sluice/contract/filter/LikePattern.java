package dev.sluice.contract.filter;

import java.util.Arrays;

/**
 * The pattern of {@code LIKE} in CloudEvents SQL: {@code %} is any text, {@code _} any one character, each literal after a
 * backslash. Matching takes at most the product of both lengths, whatever the pattern: it comes from a client and runs on everybody's
 * event loop. Immutable.
 */
final class LikePattern {
    private static final int ONE = -1;
    private static final int MANY = -2;

    /** Code points, {@link #ONE} and {@link #MANY}. */
    private final int[] pattern;

    LikePattern(String text) {
        int[] symbols = new int[text.length()];
        int length = 0;
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            int symbol = points[i];
            if (symbol == '\\' && i + 1 < points.length && (points[i + 1] == '%' || points[i + 1] == '_')) {
                symbol = points[++i];
            } else if (symbol == '%') {
                symbol = MANY;
            } else if (symbol == '_') {
                symbol = ONE;
            }
            symbols[length++] = symbol;
        }
        this.pattern = Arrays.copyOf(symbols, length);
    }

    /** Only the last {@code %} is ever tried again: what an earlier one took can't matter any more once a later one is reached. */
    boolean matches(String text) {
        int[] points = text.codePoints().toArray();
        int at = 0;
        int next = 0;
        int lastMany = -1;
        int takenByMany = 0;
        while (at < points.length) {
            if (next < pattern.length && (pattern[next] == ONE || pattern[next] == points[at])) {
                at++;
                next++;
            } else if (next < pattern.length && pattern[next] == MANY) {
                lastMany = next++;
                takenByMany = at;
            } else if (lastMany >= 0) {
                next = lastMany + 1;
                at = ++takenByMany;
            } else {
                return false;
            }
        }
        while (next < pattern.length && pattern[next] == MANY) {
            next++;
        }
        return next == pattern.length;
    }
}
