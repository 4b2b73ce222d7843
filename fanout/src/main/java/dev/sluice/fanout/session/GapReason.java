package dev.sluice.fanout.session;

import java.util.Locale;

/** Why events can't be delivered. Closed, so that it is safe as a metric tag. */
public enum GapReason {
    /** Older than what this replica holds in memory. Reading on from Kafka itself is the work of {@code ColdLog}. */
    NOT_IN_MEMORY,
    /** The topic was deleted and made anew since the cursor was taken. */
    TOPIC_RECREATED;

    /** The name on the wire. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
