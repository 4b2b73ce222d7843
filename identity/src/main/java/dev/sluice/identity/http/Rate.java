package dev.sluice.identity.http;

import java.util.concurrent.TimeUnit;

/** So many of something a second, after a pause twice as many at once. Costs two numbers a connection. On one thread. */
final class Rate {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private double left;
    private long since = System.nanoTime();

    Rate(int perSecond) {
        this.perSecond = perSecond;
        this.left = 2.0 * perSecond;
    }

    /** Takes one; false when there is none. */
    boolean take() {
        long now = System.nanoTime();
        add((now - since) / NANOS_PER_SECOND * perSecond);
        since = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    /** There are more, but never more than after a pause. */
    void earn(int more) {
        add(more);
    }

    private void add(double more) {
        left = Math.min(2.0 * perSecond, left + more);
    }
}
