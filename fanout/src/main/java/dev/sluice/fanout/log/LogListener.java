package dev.sluice.fanout.log;

import dev.sluice.contract.cursor.TopicBinding;

/** Who wants to know about the log. Called on the tail's thread; must not block. */
public interface LogListener {

    /** The topic was found; memory begins here. Called once, before {@link #advanced}. */
    void opened(RecentLog log, TopicBinding topic);

    /** There is a new head. */
    void advanced();
}
