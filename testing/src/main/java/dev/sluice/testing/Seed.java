package dev.sluice.testing;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Where all chance in tests begins. What decides whether a change lands is the same every time, so by default it is a fixed number;
 * {@code -Pfull} says {@code random}, and then the number is printed, for {@code -Dsluice.seed=} to repeat the run. Safe on any thread.
 */
public final class Seed {
    /** A number, or {@code random}. */
    private static final String PROPERTY = "sluice.seed";

    private static final long VALUE = read(System.getProperty(PROPERTY, "1"));

    private Seed() {}

    /** The one of this JVM; between 0 and 999,999 where it was drawn. */
    public static long value() {
        return VALUE;
    }

    private static long read(String given) {
        if (!given.equals("random")) {
            return Long.parseLong(given);
        }
        long drawn = ThreadLocalRandom.current().nextInt(1_000_000);
        System.out.printf("Seed: %d; repeat with -D%s=%d%n", drawn, PROPERTY, drawn);
        return drawn;
    }
}
