package dev.sluice.system.cold;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStackBuilder;
import dev.sluice.system.stack.Sluice;

/** Edges whose memory reaches back a few events only, so that nearly every resume goes to Kafka. */
final class SmallMemory {
    static final int EVENTS = 64;

    private SmallMemory() {}

    static LocalStackBuilder builder(String name) {
        var builder = Sluice.builder(name);
        for (var edge : Component.EDGES) {
            builder.env(edge, "SLUICE_MEMORY_EVENTS", Integer.toString(EVENTS));
            // However long a test takes to write what a paused client misses.
            builder.env(edge, "SLUICE_CONNECTION_STALLED_AFTER", "0s");
            // A test writes in seconds what takes hours elsewhere; a window of minutes would hold all of it.
            builder.env(edge, "SLUICE_DEDUPE_RECORDS", "200");
        }
        return builder;
    }
}
