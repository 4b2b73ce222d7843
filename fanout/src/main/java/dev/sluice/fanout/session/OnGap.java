package dev.sluice.fanout.session;

/** What becomes of a subscription when events can't be delivered. */
public enum OnGap {
    /** It is told, and goes on behind it. */
    CONTINUE,
    /** It ends, and says where it stood. */
    CLOSE
}
