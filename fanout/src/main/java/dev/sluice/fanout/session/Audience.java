package dev.sluice.fanout.session;

import dev.sluice.fanout.log.Entry;

/** Who is handed events as they come: a cohort of readers whose bytes are the same, or one reader that stands alone. On its loop. */
interface Audience {

    /** An event that one of its patterns matches, in the order of the log; maybe the same one several times. Never throws. */
    void offer(Entry entry);
}
