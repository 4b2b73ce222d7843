package dev.sluice.publisher;

import dev.sluice.contract.event.EventLimits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much producers may send. */
@ConfigMapping(prefix = "sluice.publisher")
public interface PublisherConfig {

    /** The largest data of one event. Kafka's own limit (1 MiB by default) stands above it. */
    @WithDefault("256K")
    MemorySize eventSize();

    /** The largest body of a batch. */
    @WithDefault("1M")
    MemorySize batchSize();

    /** The most events in one batch. */
    @WithDefault("500")
    int batchEvents();

    /** The most events of one PublishStream that wait for their receipts; more are not read from the socket. */
    @WithDefault("64")
    int streamWindow();

    /** How many events a second one user publishes to this replica; for two seconds twice as many. 0: any number. */
    @WithDefault("0")
    int userEventsPerSecond();

    /** The limits of single events and batches. */
    default EventLimits limits() {
        return new EventLimits(
                Math.toIntExact(eventSize().asLongValue()),
                Math.toIntExact(batchSize().asLongValue()),
                batchEvents());
    }
}
