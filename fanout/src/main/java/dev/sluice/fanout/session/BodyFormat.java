package dev.sluice.fanout.session;

import dev.sluice.contract.event.Event;

/**
 * That part of an event's frame that is the same for everybody who reads this format. It is encoded when the first reader
 * needs it, then shared by all. Implementations have no state and are called on any event loop.
 */
@FunctionalInterface
public interface BodyFormat {

    /** @param logTime when the log took the event, in ms since the epoch */
    byte[] encode(Event event, long logTime);
}
