package dev.sluice.fanout.session;

import dev.sluice.contract.event.Event;
import dev.sluice.fanout.log.LogEvent;
import java.time.Instant;

/**
 * Hears what became of single events that were handed to live subscriptions, for example to trace them. Called on event loops, so
 * it must not block.
 */
public interface DeliveryListener {
    /** Hears of nothing. */
    DeliveryListener NONE = new DeliveryListener() {
        @Override
        public boolean wants(Event event) {
            return false;
        }

        @Override
        public void delivered(LogEvent event, long receivers, Instant from, Instant until) {
            throw new IllegalStateException("nothing was wanted");
        }
    };

    /** Whether it wants to hear of this one; asked for each event on each event loop. */
    boolean wants(Event event);

    /**
     * The sockets of one event loop have an event that it wanted to hear of.
     *
     * @param receivers subscriptions of this loop, at least one
     * @param from when the loop began to hand it out, with others
     * @param until when it had written all of them to sockets
     */
    void delivered(LogEvent event, long receivers, Instant from, Instant until);
}
