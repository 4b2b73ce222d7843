package dev.sluice.bench.server;

import java.util.Locale;

/**
 * How a process was stopped by its garbage collector.
 *
 * @param count how often
 * @param seconds for how long in all
 * @param longest the longest of the last two minutes, in seconds
 */
public record Pauses(double count, double seconds, double longest) {

    /** What came after that. */
    public String since(Pauses before) {
        return String.format(
                Locale.ROOT,
                "%.0f times, %.0f ms in all, %.0f ms at most",
                count - before.count,
                (seconds - before.seconds) * 1e3,
                longest * 1e3);
    }
}
