package dev.sluice.system.expiry;

import java.util.List;
import java.util.Locale;

/**
 * What came of a {@link Trial}.
 *
 * @param oldToken how the expired token was refused when it came again
 * @param delivered events over the first connection, until its token expired
 * @param late those of them that were posted after that
 * @param resumed events over the second one
 * @param exact whether both together are what was posted: nothing missing, repeated, or out of order
 * @param renewedLate events over the renewed connection that were posted after its first token had expired
 * @param renewedExact whether the renewed connection had everything too
 */
record Facts(
        Row row,
        String oldToken,
        int delivered,
        int late,
        int resumed,
        boolean exact,
        int renewedLate,
        boolean renewedExact) {

    static final String HEADER = """
            | protocol | token by | `expiring` | renewed in band, and went on | delivered | of it posted after expiry | ended | old token again | resumed with a new one | in all |
            |---|---|---|---|--:|--:|---|---|--:|---|""";

    @Override
    public String toString() {
        var renewed =
                row.kind() == Row.Kind.CONVERSATION ? renewedLate + " events more, " + exactly(renewedExact) : "–";
        var cells = List.of(
                row.protocol(),
                row.way().name().toLowerCase(Locale.ROOT),
                row.kind() == Row.Kind.POLL ? "–" : "before",
                renewed,
                String.valueOf(delivered),
                String.valueOf(late),
                row.end().strip(),
                oldToken,
                String.valueOf(resumed),
                exactly(exact));
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String exactly(boolean exact) {
        return exact ? "exact" : "NOT EXACT";
    }
}
