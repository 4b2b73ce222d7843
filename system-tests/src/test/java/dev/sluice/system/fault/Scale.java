package dev.sluice.system.fault;

import dev.sluice.testing.Seed;
import java.time.Duration;

/**
 * How large the suite is. Read from the system properties {@code sluice.faults.*}, which the Maven profile {@code faults} sets for the
 * long form, and {@link Seed}.
 *
 * @param clients that roam during each fault
 * @param channels that are posted to one event at a time
 * @param pause of each producer between two posts
 * @param stop how long an edge is stopped for
 * @param rounds of the long random mix; 0: the short form, in which each fault happens once
 * @param seed of everything that is random
 */
record Scale(int clients, int channels, Duration pause, Duration stop, int rounds, long seed) {

    static Scale fromProperties() {
        return new Scale(
                Integer.getInteger("sluice.faults.clients", 12),
                Integer.getInteger("sluice.faults.channels", 6),
                Duration.ofMillis(Integer.getInteger("sluice.faults.pause", 100)),
                Duration.ofSeconds(Integer.getInteger("sluice.faults.stop", 3)),
                Integer.getInteger("sluice.faults.rounds", 0),
                Seed.value());
    }
}
