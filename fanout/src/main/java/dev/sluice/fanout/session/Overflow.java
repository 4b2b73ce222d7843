package dev.sluice.fanout.session;

/** What a subscription that fell behind gets. */
public enum Overflow {
    /** Everything, from the log. */
    CATCH_UP,
    /** Of each channel the newest event only. */
    LATEST
}
