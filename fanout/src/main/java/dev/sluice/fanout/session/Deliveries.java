package dev.sluice.fanout.session;

import dev.sluice.fanout.log.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** What a loop handed out in a turn, and the listener wants to hear of; whatever goes wrong with that is nobody else's. Belongs to its loop. */
final class Deliveries {
    private static final Logger LOG = Logger.getLogger(Deliveries.class);

    private final DeliveryListener listener;
    private final List<Handed> wanted = new ArrayList<>();

    private record Handed(Entry entry, long receivers) {}

    Deliveries(DeliveryListener listener) {
        this.listener = listener;
    }

    void handed(Entry entry, long receivers) {
        try {
            if (listener.wants(entry.event())) {
                wanted.add(new Handed(entry, receivers));
            }
        } catch (Throwable failure) {
            LOG.error("Whether an event is traced could not be asked", failure);
        }
    }

    /** The turn is over. */
    void tell(Instant begin, Instant end) {
        if (wanted.isEmpty()) {
            return;
        }
        try {
            wanted.forEach(event -> listener.delivered(event.entry(), event.receivers(), begin, end));
        } catch (Throwable failure) {
            LOG.error("Telling of events that were handed out failed", failure);
        } finally {
            wanted.clear();
        }
    }
}
