package dev.sluice.bench.measure;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * Something that is done again and again, at times that are set before: one that was late does not delay the others, and counts as
 * late (no coordinated omission). One thread keeps it; others may ask what is due.
 */
final class Pace {
    private final double perSecond;
    private volatile long begin;

    Pace(double perSecond) {
        this.perSecond = perSecond;
    }

    /** What is done. */
    interface Act {
        void now() throws IOException, InterruptedException;
    }

    void keep(int times, Act act) throws IOException, InterruptedException {
        begin = System.nanoTime();
        for (int i = 0; i < times; i++) {
            for (long left = due(i) - System.nanoTime(); left > 0; left = due(i) - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            act.now();
        }
    }

    /** When the one with this number is to be done, by {@link System#nanoTime}. */
    long due(int number) {
        return begin + (long) (number * 1e9 / perSecond);
    }
}
