package dev.sluice.fanout.session;

import dev.sluice.contract.event.Event;
import dev.sluice.fanout.log.LogEvent;

/**
 * That part of an event's frame that is the same for everybody who reads this format. It is encoded when the first reader
 * needs it, then shared by all. Implementations have no state and are called on any event loop.
 */
@FunctionalInterface
public interface BodyFormat extends LogEvent.Encoder {

    @Override
    byte[] encode(Event event, long logTime);
}
