package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import java.time.Instant;

/** Where a subscription begins to read. */
public sealed interface Start {

    /** From now on. */
    record Live() implements Start {}

    /** Exactly after a position that the client has. */
    record After(Cursor cursor) implements Start {}

    /** With the first event that the log took at or after a time. */
    record Since(Instant time) implements Start {}

    /** With the newest n events that match and are in memory. */
    record Last(int count) implements Start {}
}
