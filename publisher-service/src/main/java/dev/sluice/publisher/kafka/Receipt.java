package dev.sluice.publisher.kafka;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.problem.Problem;
import org.jspecify.annotations.Nullable;

/** What became of one event. */
public sealed interface Receipt {

    /**
     * Kafka has it.
     *
     * @param cursor resumes exactly after it; null when Kafka took it on an earlier try and no longer says where
     */
    record Stored(String id, Channel channel, @Nullable String cursor) implements Receipt {}

    /** It may not be in the log. */
    record Refused(Problem problem) implements Receipt {}
}
