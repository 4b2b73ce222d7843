package dev.sluice.fanout.log;

import dev.sluice.contract.cursor.TopicBinding;

/** Who wants to know about the log. Called on the tail's thread; must not block. */
public interface LogListener {

    /**
     * The topic was found; memory begins here. Called before {@link #advanced}, and again when the log is no longer the one that it
     * was (made anew, or cut off below this replica): what was made of the one before is then of no use.
     */
    void opened(RecentLog log, TopicBinding topic);

    /** There is a new head. */
    void advanced();
}
