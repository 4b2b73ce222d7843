package dev.sluice.fanout.session;

/**
 * How many sessions there may be at a time; 0: any number.
 *
 * @param all of a replica
 * @param perUser that one user has on it
 * @param perAddress that one network address has on it
 */
public record ConnectionLimits(int all, int perUser, int perAddress) {
    /** Everybody is let in. */
    public static final ConnectionLimits NONE = new ConnectionLimits(0, 0, 0);

    public ConnectionLimits {
        if (all < 0 || perUser < 0 || perAddress < 0) {
            throw new IllegalArgumentException("sluice.limits.connections* is positive, or 0 for no limit");
        }
    }
}
