package dev.sluice.identity.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long a request may take to arrive. */
@ConfigMapping(prefix = "sluice.limits")
interface RequestTimeConfig {
    /** How long a client has for the head of a request, and again for its body; 0s: for ever. */
    @WithDefault("10s")
    Duration handshakeTime();

    /** A body has a second more for so many bytes that have come; 0: no more. */
    @WithDefault("1K")
    MemorySize bodyRate();

    /** How many frames of HTTP/2 a second that ask for nothing (PING, SETTINGS, …) a connection may send; after a pause twice as many at once; 0: any number. */
    @WithDefault("1000")
    int controlFramesPerSecond();

    /** Checked. */
    default int controlFrames() {
        if (controlFramesPerSecond() < 0) {
            throw new IllegalArgumentException(
                    "sluice.limits.control-frames-per-second is positive, or 0 for any number");
        }
        return controlFramesPerSecond();
    }

    /** In ms, checked. */
    default long millis() {
        if (handshakeTime().isNegative()) {
            throw new IllegalArgumentException("sluice.limits.handshake-time is positive, or 0s for no limit");
        }
        return handshakeTime().toMillis();
    }

    /** In bytes a second, checked. */
    default long bytesPerSecond() {
        long rate = bodyRate().asLongValue();
        if (rate < 0) {
            throw new IllegalArgumentException("sluice.limits.body-rate is positive, or 0 for no more time");
        }
        return rate;
    }
}
