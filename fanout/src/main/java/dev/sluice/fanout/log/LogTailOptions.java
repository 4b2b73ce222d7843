package dev.sluice.fanout.log;

import java.time.Duration;
import java.util.Map;

/**
 * @param kafka properties of Kafka's clients ({@code bootstrap.servers}, security); what reading a log exactly once depends
 *     on is set by the tail itself
 * @param repeats what is a repeat; the same on all replicas
 * @param topicCheck how often to look for added partitions, and whether it still is the same topic
 */
public record LogTailOptions(
        Map<String, Object> kafka, String topic, RecentLogLimits limits, RepeatLimits repeats, Duration topicCheck) {
    public LogTailOptions {
        kafka = Map.copyOf(kafka);
    }
}
