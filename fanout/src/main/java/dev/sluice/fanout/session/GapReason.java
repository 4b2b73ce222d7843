package dev.sluice.fanout.session;

import java.util.Locale;

/** Why events can't be delivered. Closed, so that it is safe as a metric tag. */
public enum GapReason {
    /** The log no longer holds them: retention has passed, or somebody deleted them. */
    EXPIRED,
    /** The position lies behind the end of the log: Kafka lost what was there (an unclean leader election). */
    TRUNCATED,
    /** The topic was deleted and made anew since the cursor was taken. */
    TOPIC_RECREATED,
    /** The position is older than this service lets anybody go back. */
    REWIND_LIMIT;

    /** The name on the wire. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
