package dev.sluice.publisher.kafka;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much waits for Kafka, and for how long. Where Kafka is and how to sign in there is {@code kafka.*}. */
@ConfigMapping(prefix = "sluice.publisher.kafka")
public interface KafkaLogConfig {

    /** The most data that waits for Kafka's acknowledgement at a time; more is refused as limited. */
    @WithDefault("32M")
    MemorySize inFlightSize();

    /** How long Kafka has to acknowledge an event; after that it is refused as unavailable. */
    @WithDefault("10s")
    Duration acknowledgeTimeout();
}
