package dev.sluice.edge.limit;

import dev.sluice.edge.EdgeConfig;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Singleton;

/** Makes the {@link InboundRate} of each connection. Safe on any thread. */
@Singleton
public class InboundRates {
    private final int messagesPerSecond;
    private final long bytesPerSecond;

    InboundRates(EdgeConfig.Limits config) {
        messagesPerSecond =
                EdgeConfig.positive("messages-per-second", config.messagesPerSecond());
        bytesPerSecond = EdgeConfig.positive(
                "bytes-per-second", config.bytesPerSecond().asLongValue());
    }

    public InboundRate ofConnection() {
        return new InboundRate(messagesPerSecond, bytesPerSecond, TimeMeter.SYSTEM_NANOTIME);
    }
}
