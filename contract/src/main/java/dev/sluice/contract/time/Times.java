package dev.sluice.contract.time;

import java.time.Instant;

/**
 * The points in time that can be written as RFC 3339 has it, with a year of four digits. What a stranger says about time is brought
 * there before anybody calculates with it: {@link Instant} itself throws for most numbers that fit a {@code long}. Safe on any thread.
 */
public final class Times {
    /** The first one that a token or a revocation can mean. */
    public static final Instant EARLIEST = Instant.EPOCH;

    /** As good as never. */
    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private Times() {}

    /** A NumericDate (RFC 7519, section 2), in seconds since the epoch: what is beyond either end is that end. */
    public static Instant ofEpochSecond(long seconds) {
        return Instant.ofEpochSecond(Math.max(EARLIEST.getEpochSecond(), Math.min(seconds, LATEST.getEpochSecond())));
    }

    /** The same point, or the nearer end. */
    public static Instant within(Instant time) {
        return time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
    }
}
