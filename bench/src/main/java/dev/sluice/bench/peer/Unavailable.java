package dev.sluice.bench.peer;

/** A peer can't be had on this machine. */
public final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String why) {
        super(why);
    }
}
