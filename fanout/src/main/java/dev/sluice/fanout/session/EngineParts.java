package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.cold.LogTimes;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.position.PositionBook;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What all loops of an engine share. */
record EngineParts(
        RecentLog log,
        ColdLog cold,
        StartResolver starts,
        LastSearches searches,
        CursorEncoder cursors,
        LogTimes times,
        PositionBook positions,
        SessionMetrics metrics,
        Admission admission,
        DeliveryListener deliveries,
        List<BodyFormat> bodies,
        Heartbeats heartbeats,
        Optional<Duration> maxAge,
        Optional<Duration> stalledAfter,
        Clock clock) {

    int slot(BodyFormat body) {
        int slot = bodies.indexOf(body);
        if (slot < 0) {
            throw new IllegalArgumentException("the engine was not made with " + body);
        }
        return slot;
    }
}
