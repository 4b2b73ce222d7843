package dev.sluice.bench.server;

/**
 * How a process was stopped by its garbage collector.
 *
 * @param count how often
 * @param seconds for how long in all
 * @param longest the longest of the last two minutes, in seconds
 */
public record Pauses(double count, double seconds, double longest) {

    /** What came after that. */
    public Pauses since(Pauses before) {
        return new Pauses(count - before.count, seconds - before.seconds, longest);
    }
}
