package dev.sluice.publisher.kafka;

import dev.sluice.contract.event.KafkaEvents;

/**
 * In which partition each channel is, by a number of partitions that Kafka confirmed a moment ago. When partitions are added, many
 * channels get another home. Readers put a channel's two partitions in order by the log's time, so over all publishers the last
 * event in the old one must be clearly older than the first in the new one. Therefore nobody writes by a number that was not
 * confirmed within the {@link KafkaEvents#HOME_LEASE lease}, and who sees that it grew takes no event of a channel that moves before everybody else must
 * have seen it too, the {@link KafkaEvents#HOME_HOLD hold}. Immutable, safe on any thread.
 *
 * @param count how many partitions there are
 * @param before how many there were before they grew; equal to {@code count} if they did not
 * @param grownNanos when that was seen
 * @param confirmedNanos when Kafka said so last, both by {@link System#nanoTime()}
 */
record Homes(int count, int before, long grownNanos, long confirmedNanos) {
    static Homes first(int count, long now) {
        return new Homes(count, count, now, now);
    }

    /**
     * The same, confirmed anew, or with more partitions.
     *
     * @param asked when Kafka was asked
     * @param now when its answer came
     */
    Homes confirmed(int newCount, long asked, long now) {
        return newCount == count ? new Homes(count, before, grownNanos, asked) : new Homes(newCount, count, now, asked);
    }

    boolean isStale(long now) {
        return now - confirmedNanos > KafkaEvents.HOME_LEASE.toNanos();
    }

    int of(String channel) {
        return KafkaEvents.home(channel, count);
    }

    /** Whether an event of the channel has to wait until all publishers know of its new home. */
    boolean isMoving(String channel, long now) {
        return before != count
                && now - grownNanos < KafkaEvents.HOME_HOLD.toNanos()
                && KafkaEvents.home(channel, before) != of(channel);
    }
}
